import type { Outcome } from './duration-stats.js';

/** Tells `end` how `result` ended: at once, or when it settles, if it is a promise. Returns what the caller is to have. */
export function settled(result: unknown, end: (outcome: Outcome) => void): unknown {
  if (!isPromiseLike(result)) {
    end('ok');
    return result;
  }
  // The caller gets the promise that comes of it: a rejection that nobody handles is still reported by Node, and a lazy
  // thenable (a query builder) is run once only.
  return result.then(
    (value) => {
      end('ok');
      return value;
    },
    (error: unknown) => {
      end('error');
      throw error;
    },
  );
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
