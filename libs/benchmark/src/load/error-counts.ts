import type { ErrorKind } from './error-kind.js';

/** How often requests failed in one way. */
export interface ErrorCount {
  /** `timeout`, `connection refused`, `connection reset`, `status 503`, or else the code or name of the error. */
  readonly kind: string;
  readonly count: number;
  /** Message of the first of them, if it had one. */
  readonly example?: string;
}

/** More ways to fail than these are counted as `other`. */
const MOST_KINDS = 20;

/** Counts errors by kind, in bounded memory. */
export class ErrorCounts {
  readonly #counts = new Map<string, ErrorCount>();

  add({ kind, message }: ErrorKind): void {
    const counted = this.#counts.has(kind) || this.#counts.size < MOST_KINDS ? kind : 'other';
    const known = this.#counts.get(counted);
    this.#counts.set(counted, {
      ...(message !== undefined && { example: message }),
      ...known,
      kind: counted,
      count: (known?.count ?? 0) + 1,
    });
  }

  /** The most frequent first. */
  list(): readonly ErrorCount[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }
}
