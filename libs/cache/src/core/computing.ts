import { AsyncLocalStorage } from 'node:async_hooks';

interface Computation {
  readonly owner: object;
  readonly key: string;
  readonly within: Computation | undefined;
}

const storage = new AsyncLocalStorage<Computation>();

/** Runs a factory so that {@link isComputing} knows about it, in all that it calls. */
export function whileComputing<T>(owner: object, key: string, factory: () => T): T {
  return storage.run({ owner, key, within: storage.getStore() }, factory);
}

/** Whether the code runs inside of the factory for `key` of `owner`: then to wait for that factory is to wait for ever. */
export function isComputing(owner: object, key: string): boolean {
  for (let current = storage.getStore(); current !== undefined; current = current.within) {
    if (current.owner === owner && current.key === key) return true;
  }
  return false;
}
