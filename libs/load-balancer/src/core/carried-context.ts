import { systemClock, type Clock, type RequestContextValues } from '@envol/common';
import type { Packet } from './wire.js';

const REQUEST_ID = 'envol-request-id';
const DEADLINE = 'envol-deadline';

/** Printable ASCII without spaces, 128 characters at most: safe in a log line and a header. */
const VALID_REQUEST_ID = /^[\x21-\x7e]{1,128}$/;
const VALID_MILLISECONDS = /^\d{1,9}$/;

/**
 * A copy of `packet` that carries the request context in its metadata, beside what is there. The deadline travels as
 * the milliseconds that are left, since the clocks of two hosts differ; the time on the way is not taken off.
 */
export function withContext(packet: Packet, values: RequestContextValues, clock: Clock): Packet {
  const { requestId, deadline } = values;
  if (requestId === undefined && deadline === undefined) return packet;
  const metadata: Record<string, string> = { ...packet.metadata };
  if (requestId !== undefined) metadata[REQUEST_ID] = requestId;
  if (deadline !== undefined) metadata[DEADLINE] = String(Math.max(0, Math.floor(deadline - clock.now())));
  return { ...packet, metadata };
}

/** Reads what {@link withContext} wrote. It comes over the network: what is not as it should be is left out. */
export function readContext(metadata: unknown, clock: Clock = systemClock): RequestContextValues {
  if (typeof metadata !== 'object' || metadata === null) return {};
  const requestId: unknown = Reflect.get(metadata, REQUEST_ID);
  const left: unknown = Reflect.get(metadata, DEADLINE);
  return {
    ...(typeof requestId === 'string' && VALID_REQUEST_ID.test(requestId) && { requestId }),
    ...(typeof left === 'string' && VALID_MILLISECONDS.test(left) && { deadline: clock.now() + Number(left) }),
  };
}
