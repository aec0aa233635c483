/**
 * What an error of `pg` says about the server:
 * `lost`: nobody there, or no answer; `busy`: it answers and cannot serve now; `undefined`: it did its work and the
 * error is the caller's.
 */
export type Trouble = 'lost' | 'busy' | undefined;

/** SQLSTATEs with which a server takes its leave (class 57, 25P03: idle in transaction too long). */
const LOST_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '25P03']);

/** statement_timeout or cancelled by hand; too many connections. */
const BUSY_STATES = new Set(['57014', '53300']);

const LOST_NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Beginnings of the messages of pg 8 that carry no code (pg/lib/client.js, pg-pool/index.js). */
const LOST_MESSAGES = [
  'Connection terminated',
  'Query read timeout',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
];

/** pg-pool found no free connection in time. */
const POOL_FULL = 'timeout exceeded when trying to connect';

/** Reads an error of a statement. An error that is not known for a fault of the connection is left to the caller. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    if (BUSY_STATES.has(code)) return 'busy';
    if (LOST_STATES.has(code) || LOST_NODE_CODES.has(code)) return 'lost';
    // Class 08: connection exception.
    if (/^08\w{3}$/.test(code)) return 'lost';
  }
  if (error.message.startsWith(POOL_FULL)) return 'busy';
  return LOST_MESSAGES.some((beginning) => error.message.startsWith(beginning)) ? 'lost' : undefined;
}

/** Reads an error met while a connection was sought: whatever it is, there is none. */
export function connectTroubleOf(error: unknown): 'lost' | 'busy' {
  return troubleOf(error) ?? 'lost';
}
