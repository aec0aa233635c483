/** What went wrong with a request, out of a small set. */
export interface ErrorKind {
  /** `timeout`, `connection refused`, `connection reset`, `status 503`, or else the code or name of the error. */
  readonly kind: string;
  /** The message of the error, if it has one. */
  readonly message?: string;
}

/** The answer had a status that was not expected. */
export class UnexpectedStatusError extends Error {
  constructor(readonly status: number) {
    super(`answered ${status}`);
  }
}

export const TIMEOUT = 'timeout';

const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection reset',
  ETIMEDOUT: TIMEOUT,
  UND_ERR_CONNECT_TIMEOUT: TIMEOUT,
  TimeoutError: TIMEOUT,
};

const LONGEST_KIND = 60;
const LONGEST_MESSAGE = 200;

/** Errors wrap others; deeper than this nobody does. */
const DEEPEST_CAUSE = 5;

/** Classifies what a request failed with, whatever that is. */
export function errorKind(error: unknown): ErrorKind {
  const kind = error instanceof UnexpectedStatusError ? `status ${error.status}` : kindOf(error);
  const message = textOf(error, 'message');
  return {
    kind: kind.slice(0, LONGEST_KIND),
    ...(message !== undefined && { message: message.slice(0, LONGEST_MESSAGE) }),
  };
}

function kindOf(error: unknown): string {
  const code = codeOf(error) ?? textOf(error, 'name') ?? 'error';
  return KINDS[code] ?? code;
}

/** `fetch` and others tell the code only in the cause. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > DEEPEST_CAUSE) return undefined;
  return textOf(error, 'code') ?? codeOf(Reflect.get(error, 'cause'), depth + 1);
}

function textOf(error: unknown, property: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
