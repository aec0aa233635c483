import { EnvolError } from '@envol/common';

export function invalidTtl(ttl: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_CACHE_INVALID_TTL',
    `${typeof ttl === 'string' ? JSON.stringify(ttl) : String(ttl)} is not a TTL`,
    `Give milliseconds or a text such as '30s' or '5m', more than zero and at most ten years. To remove an entry, use delete().`,
  );
}

export function undefinedValue(key: string): EnvolError {
  return new EnvolError(
    'ENVOL_CACHE_UNDEFINED_VALUE',
    `undefined cannot be cached (key "${key}")`,
    'Cache null when there is nothing: null is a value and is found again.',
  );
}

export function deadlineOver(key: string): EnvolError {
  return new EnvolError(
    'ENVOL_CACHE_DEADLINE',
    `The value of cache key "${key}" was not there before the deadline of the request`,
    'Give the request more time, or make the factory faster. It goes on, and its value is stored for the next caller.',
  );
}
