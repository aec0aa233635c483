import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { acquireGc } from './garbage-collector.js';

/** Whether a new context gets the function, which it does while the flag is on. */
const isExposed = (): boolean => runInNewContext('typeof gc') === 'function';

describe('acquireGc', () => {
  it('gives a function that collects garbage', async () => {
    const gc = acquireGc();
    const weak = new WeakRef({ of: 'nobody' });
    // Until then the object is held by the reference itself.
    await new Promise((resolve) => setImmediate(resolve));
    gc?.();
    expect(weak.deref()).toBeUndefined();
  });

  it('does not leave the flag on, since V8 would reject compile caches', () => {
    const before = isExposed();
    acquireGc();
    expect(isExposed()).toBe(before);
    expect(before).toBe(false);
  });
});
