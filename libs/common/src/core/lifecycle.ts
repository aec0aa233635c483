import { EnvolError } from './errors.js';

/** Where a process stands: not serving yet, serving, or finishing what it has. */
export type LifecyclePhase = 'warming' | 'ready' | 'draining';

/** How a step of the drain is ordered. */
export interface DrainStepOptions {
  /** Whether it runs before all steps that are not: for what keeps new work away, such as leaving a registry. Default false. */
  readonly first?: boolean;
}

type DrainStep = () => Promise<void> | void;

/**
 * The one place that knows whether this process should get traffic. Whoever must be waited for says so with
 * {@link waitFor}, and whoever waits for all of it calls {@link whenReady}; whoever must finish something before the end
 * says so with {@link onDrain}.
 */
export class Lifecycle {
  readonly #waitingFor = new Set<{ readonly name: string }>();
  readonly #firstSteps: DrainStep[] = [];
  readonly #steps: DrainStep[] = [];
  readonly #wakeUps: Array<() => void> = [];
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
    this.#wake();
    return result;
  }

  /**
   * Resolves when the process is ready, at once if it is. Is pending as long as it is warming, so for good if something
   * that is waited for has failed, until the drain begins.
   *
   * @throws EnvolError `ENVOL_COMMON_DRAINING` when the drain begins before, or has begun
   */
  async whenReady(): Promise<void> {
    while (this.phase === 'warming') await new Promise<void>((resolve) => this.#wakeUps.push(resolve));
    if (this.phase === 'draining') throw neverReady();
  }

  /**
   * Adds a step of the drain; steps run one after another in the order they were added, those with `first` before the
   * others.
   *
   * @throws EnvolError `ENVOL_COMMON_DRAINING` when the drain has begun
   */
  onDrain(step: DrainStep, { first = false }: DrainStepOptions = {}): void {
    if (this.#drained !== undefined) throw tooLate();
    (first ? this.#firstSteps : this.#steps).push(step);
  }

  /** Goes to `draining` and runs the steps, once; later calls wait for the same drain. A failing step does not stop the next. */
  drain(): Promise<void> {
    if (this.#drained === undefined) {
      // Not at once: the first step too finds that the process is draining.
      this.#drained = Promise.resolve().then(() => this.#runDrainSteps());
      this.#wake();
    }
    return this.#drained;
  }

  #wake(): void {
    for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
  }

  async #runDrainSteps(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of [...this.#firstSteps, ...this.#steps]) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the drain steps failed`);
  }
}

function neverReady(): EnvolError {
  return new EnvolError(
    'ENVOL_COMMON_DRAINING',
    'The process drains, and will not be ready any more',
    'Give up what was to be done when it is ready.',
  );
}

function tooLate(): EnvolError {
  return new EnvolError(
    'ENVOL_COMMON_DRAINING',
    'A step of the drain was added after the drain had begun, and would not run',
    'Add it when the part is built.',
  );
}
