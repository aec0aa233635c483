import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's own function: a full collection, or one of the young generation. */
export type Gc = (options?: { readonly type: 'minor' }) => unknown;

/**
 * V8's `gc` function, also in a process that was not started with `--expose-gc`; `undefined` if it cannot be had. The
 * flag is on only while a new context is made, which then has the function: V8 would reject compile caches that were
 * made without it.
 */
export function acquireGc(): Gc | undefined {
  if (isGc(globalThis.gc)) return globalThis.gc;
  try {
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    return isGc(gc) ? gc : undefined;
  } catch {
    return undefined;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

function isGc(value: unknown): value is Gc {
  return typeof value === 'function';
}
