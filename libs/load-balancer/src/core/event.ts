import { isEnvolError, withTimeout, type EnvolError, type RequestContextValues } from '@envol/common';
import { withContext } from './carried-context.js';
import { deadlineOver, timedOut, unavailable, unknownOutcome } from './errors.js';
import type { InstancePool, Target } from './instance-pool.js';
import type { RequestSettings } from './request.js';
import type { Server } from './server.js';
import { ConnectionLostError, type Packet } from './wire.js';

/**
 * Sends an event at most once. Resolves when its bytes were handed to a connection that still stands. What was surely
 * not sent goes to another instance; a server does not acknowledge events, so what was sent never does.
 *
 * @throws EnvolError `ENVOL_LOAD_BALANCER_…`: NO_INSTANCES, UNAVAILABLE, DEADLINE (nothing was sent), UNKNOWN_OUTCOME,
 *   TIMEOUT (it may have been received), CLOSED.
 */
export async function sendEvent(
  pool: InstancePool,
  settings: RequestSettings,
  packet: Packet,
  context: RequestContextValues,
): Promise<void> {
  const tried = new Set<Server>();
  const reasons: string[] = [];
  const notSent = (server: Server, reason: string): void => {
    tried.add(server);
    reasons.push(`${server.id}: ${reason}`);
  };
  for (let attempts = 0; attempts < settings.attempts;) {
    const left = timeLeft(settings, context);
    if (left <= 0) throw deadlineOver(settings.name);
    const picked = pool.pick(tried);
    if (picked === undefined) {
      const connecting = pool.connectAny(tried, notSent);
      if (!(await withTimeout(connecting, left, settings.clock, () => unavailable(settings.name, reasons)))) break;
      continue;
    }
    attempts += 1;
    if (attempts > 1) settings.metrics.retries.add();
    if (await write(pool, settings, picked, withContext(packet, context, settings.clock), left)) return;
    notSent(picked.server, 'the connection was closed');
  }
  throw unavailable(settings.name, reasons);
}

/** Whether it was sent; throws when that is not known. */
async function write(
  pool: InstancePool,
  settings: RequestSettings,
  { server, wire }: Target,
  packet: Packet,
  left: number,
): Promise<boolean> {
  const call = pool.begin(server);
  try {
    const written = wire.event(packet);
    if (written === undefined) return false;
    await withTimeout(written, left, settings.clock, () => timedOut(settings.name, server.id, left));
    return true;
  } catch (error) {
    const isTimeout = isEnvolError(error, 'ENVOL_LOAD_BALANCER_TIMEOUT');
    if (isTimeout && left < settings.requestTimeout) call.abandoned();
    else if (isTimeout) call.failed(left);
    throw error instanceof ConnectionLostError ? lost(settings.name, server, error) : error;
  } finally {
    call.end();
    pool.ended(server);
  }
}

function lost(client: string, server: Server, error: ConnectionLostError): EnvolError {
  return isEnvolError(error.cause, 'ENVOL_LOAD_BALANCER_CLOSED')
    ? error.cause
    : unknownOutcome(client, server.id, error);
}

function timeLeft({ requestTimeout, clock }: RequestSettings, { deadline }: RequestContextValues): number {
  return deadline === undefined ? requestTimeout : Math.min(requestTimeout, deadline - clock.now());
}
