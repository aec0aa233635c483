import { isEnvolError } from '@envol/common';

/** Says in a line or two why this process cannot go on, without a stack where the error explains itself, and ends it. */
export function exitWith(error: unknown): never {
  console.error(explain(error));
  process.exit(1);
}

/** An error as a person should read it. */
function explain(error: unknown): string {
  if (isEnvolError(error)) return `${error.message}\n${error.hint}`;
  if (isTakenPort(error)) {
    return `Port ${error.port} of ${error.address} is taken.\nStop what listens there, or choose another: PORT=3100 MANAGEMENT_PORT=3101 npm start`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isTakenPort(error: unknown): error is Error & { port: number; address: string } {
  return (
    error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error && 'address' in error
  );
}
