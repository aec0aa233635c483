/** Where a process stands: not serving yet, serving, or finishing what it has. */
export type LifecyclePhase = 'warming' | 'ready' | 'draining';

/**
 * The one place that knows whether this process should get traffic. Whoever must be waited for says so with
 * {@link waitFor}; whoever must finish something first says so with {@link onDrain}.
 */
export class Lifecycle {
  readonly #waitingFor = new Set<string>();
  readonly #drainSteps: Array<() => Promise<void> | void> = [];
  #drained: Promise<void> | undefined;

  get phase(): LifecyclePhase {
    if (this.#drained !== undefined) return 'draining';
    return this.#waitingFor.size === 0 ? 'ready' : 'warming';
  }

  /** Names of what readiness still waits for. */
  get waitingFor(): readonly string[] {
    return [...this.#waitingFor];
  }

  /** Keeps the process from being ready until `work` resolves. A rejection leaves it not ready and is passed on. */
  async waitFor<T>(name: string, work: Promise<T>): Promise<T> {
    this.#waitingFor.add(name);
    const result = await work;
    this.#waitingFor.delete(name);
    return result;
  }

  /** Adds a step of the drain; steps run one after another in the order they were added. */
  onDrain(step: () => Promise<void> | void): void {
    this.#drainSteps.push(step);
  }

  /** Goes to `draining` and runs the steps, once; later calls wait for the same drain. A failing step does not stop the next. */
  drain(): Promise<void> {
    return (this.#drained ??= this.#runDrainSteps());
  }

  async #runDrainSteps(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.#drainSteps) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the drain steps failed`);
  }
}
