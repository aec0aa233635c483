import type { Entry, RemoteStore } from '@envol/cache';

/** A remote store in a Map that a test can make fail or hang. */
export class FakeRemote implements RemoteStore {
  readonly entries = new Map<string, Entry>();
  readonly calls: string[] = [];
  mood: 'well' | 'failing' | 'hanging' = 'well';

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
    return Promise.resolve().then(result);
  }
}
