import type { Registry, RegistryDefinition, RegistryObserver, RegistrationRecord } from '@envol/discovery';

/** A registry that a test makes fail, hang or forget, and that says what a test tells it to. */
export class FakeRegistry implements Registry {
  readonly calls: string[] = [];
  readonly registered = new Set<string>();
  readonly observers = new Map<string, RegistryObserver>();
  readonly #gates: Array<() => void> = [];
  mood: 'well' | 'failing' | 'hanging' | 'gated' = 'well';
  renewalInterval: number | undefined = 5_000;
  holdEmptyFor = 30_000;

  get definition(): RegistryDefinition {
    return { kind: 'fake', create: () => this };
  }

  watch(service: string, observer: RegistryObserver): () => void {
    this.calls.push(`watch ${service}`);
    this.observers.set(service, observer);
    return () => void this.observers.delete(service);
  }

  register({ id }: RegistrationRecord): Promise<void> {
    return this.#do(`register ${id}`, () => void this.registered.add(id));
  }

  renewEvery(): number | undefined {
    return this.renewalInterval;
  }

  renew({ id }: RegistrationRecord): Promise<boolean> {
    return this.#do(`renew ${id}`, () => this.registered.has(id));
  }

  deregister({ id }: RegistrationRecord): Promise<void> {
    return this.#do(`deregister ${id}`, () => void this.registered.delete(id));
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  /** Says which instances a service has. */
  say(service: string, ...ids: string[]): void {
    this.observers.get(service)?.answered(ids.map((id) => report(id)));
  }

  /** Lets the oldest call that waits at the gate be carried out. */
  async release(): Promise<void> {
    this.#gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #do<T>(call: string, work: () => T): Promise<T> {
    this.calls.push(call);
    if (this.mood === 'failing') throw new Error('connection refused');
    if (this.mood === 'hanging') await new Promise(() => undefined);
    if (this.mood === 'gated') await new Promise<void>((resolve) => this.#gates.push(resolve));
    return work();
  }
}

/** A healthy instance called `id`. */
export function report(id: string, changes: object = {}) {
  return { id, host: `host-${id}`, port: 3000, weight: 1, tags: [], meta: {}, health: 'passing', ...changes };
}
