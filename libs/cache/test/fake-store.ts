import { guarded, type Entry, type RemoteStore, type StoreDefinition } from '@envol/cache';

/** The remote behind the timeout and the breaker that remote stores have. */
export function remoteStore(remote: RemoteStore): StoreDefinition {
  const guard = { timeout: 250, failures: 3, probeEvery: 1_000 };
  return { kind: 'remote', create: (context) => guarded(remote, guard, context) };
}

/** A remote store in a Map that a test can make fail, hang, or answer when it is told to. */
export class FakeRemote implements RemoteStore {
  readonly #gates: Array<() => void> = [];

  readonly entries = new Map<string, Entry>();
  readonly calls: string[] = [];
  mood: 'well' | 'failing' | 'hanging' | 'gated' = 'well';

  /** Lets the oldest call that waits at the gate be answered. */
  async release(): Promise<void> {
    this.#gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#answer(`get ${key}`, () => this.entries.get(key));
  }

  set(key: string, entry: Entry): Promise<void> {
    return this.#answer(`set ${key}`, () => void this.entries.set(key, entry));
  }

  delete(key: string): Promise<boolean> {
    return this.#answer(`delete ${key}`, () => this.entries.delete(key));
  }

  ping(): Promise<void> {
    return this.#answer('ping', () => undefined);
  }

  #answer<T>(call: string, result: () => T): Promise<T> {
    this.calls.push(call);
    if (this.mood === 'failing') return Promise.reject(new Error('connection lost'));
    if (this.mood === 'hanging') return new Promise(() => undefined);
    if (this.mood === 'well') return Promise.resolve().then(result);
    // What it finds is what is there when the call arrives, as on a server; only the answer takes its time.
    const found = result();
    return new Promise((resolve) => void this.#gates.push(() => resolve(found)));
  }
}
