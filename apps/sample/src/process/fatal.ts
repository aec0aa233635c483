import { isEnvolError } from '@envol/common';
import { z } from 'zod';

/** Says in a line or two why this process cannot go on, without a stack where the error explains itself, and ends it. */
export function exitWith(error: unknown): never {
  console.error(explain(error));
  process.exit(1);
}

/** An error as a person should read it. */
function explain(error: unknown): string {
  if (isEnvolError(error)) return `${error.message}\n${error.hint}`;
  if (!(error instanceof Error)) return String(error);
  return explainListening(error) ?? error.stack ?? error.message;
}

/** Why a port could not be listened on, in terms of the settings. */
function explainListening(error: Error): string | undefined {
  const { code, syscall, address, port } = listenErrorSchema.parse(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is taken.\nStop what listens there, or choose another: PORT=3100 MANAGEMENT_PORT=3101 npm start`;
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return `Port ${port} may not be used by this account.\nChoose a PORT of 1024 or more.`;
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') {
    return `HOST is no address of this machine (${error.message}).\nTake 127.0.0.1, or 0.0.0.0 for all of its addresses.`;
  }
  return undefined;
}

const listenErrorSchema = z.object({
  code: z.string().optional(),
  syscall: z.string().optional(),
  address: z.string().optional(),
  port: z.number().optional(),
});
