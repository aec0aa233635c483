import { EnvolError } from './errors.js';

/** Where a process stands: not serving yet, serving, or finishing what it has. */
export type LifecyclePhase = 'warming' | 'ready' | 'draining';

/**
 * The one place that knows whether this process should get traffic. Whoever must be waited for says so with
 * {@link waitFor}; whoever must finish something first says so with {@link onDrain}.
 */
export class Lifecycle {
  readonly #waitingFor = new Set<{ readonly name: string }>();
  readonly #drainSteps: Array<() => Promise<void> | void> = [];
  #drained: Promise<void> | undefined;

  get phase(): LifecyclePhase {
    if (this.#drained !== undefined) return 'draining';
    return this.#waitingFor.size === 0 ? 'ready' : 'warming';
  }

  /** Names of what readiness still waits for. */
  get waitingFor(): readonly string[] {
    return [...this.#waitingFor].map(({ name }) => name);
  }

  /** Keeps the process from being ready until `work` resolves. A rejection leaves it not ready and is passed on. */
  async waitFor<T>(name: string, work: Promise<T>): Promise<T> {
    const waiting = { name };
    this.#waitingFor.add(waiting);
    const result = await work;
    this.#waitingFor.delete(waiting);
    return result;
  }

  /**
   * Adds a step of the drain; steps run one after another in the order they were added.
   *
   * @throws EnvolError `ENVOL_COMMON_DRAINING` when the drain has begun
   */
  onDrain(step: () => Promise<void> | void): void {
    if (this.#drained !== undefined) throw tooLate();
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

function tooLate(): EnvolError {
  return new EnvolError(
    'ENVOL_COMMON_DRAINING',
    'A step of the drain was added after the drain had begun, and would not run',
    'Add it when the part is built.',
  );
}
