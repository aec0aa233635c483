import type { ForkTask } from './fork-protocol.js';
import type { ForkOutcome } from './fork-subject.js';
import type { BenchmarkDefinition, Suite, SuiteHost } from './suite-host.js';

/** What a {@link ForkHost} does with the benchmark that it finds. */
export interface ForkHostParts {
  readonly measure: (benchmark: BenchmarkDefinition) => Promise<ForkOutcome>;
  /** Called once; it ends the process. */
  readonly deliver: (outcome: ForkOutcome) => void;
}

/** In a fork: measures the benchmark that is asked for, when its suite is run or, if nobody does that, was imported. */
export class ForkHost implements SuiteHost {
  readonly #task: ForkTask;
  readonly #parts: ForkHostParts;
  readonly #suites: Suite[] = [];
  #isMeasuring = false;

  constructor(task: ForkTask, parts: ForkHostParts) {
    this.#task = task;
    this.#parts = parts;
  }

  added(suite: Suite): void {
    this.#suites.push(suite);
  }

  async run(suite: Suite): Promise<void> {
    if (suite.name !== this.#task.suite) return;
    await this.#measure(suite);
    // What comes after the run is not for forks.
    await new Promise(() => {});
  }

  /** The module was imported, to its end. */
  async imported(): Promise<void> {
    const { file, suite: name } = this.#task;
    const [suite, ...others] = this.#suites.filter((candidate) => candidate.name === name);
    if (suite === undefined) {
      this.#parts.deliver({ type: 'failed', isMissing: true, message: `${file} makes no suite "${name}"` });
    } else if (others.length > 0) {
      this.#parts.deliver({ type: 'failed', message: `${file} makes several suites "${name}": name them apart` });
    } else {
      await this.#measure(suite);
    }
  }

  async #measure(suite: Suite): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    const { benchmark: name } = this.#task;
    const benchmark = suite.benchmarks.find((candidate) => candidate.name === name);
    const missing = `suite "${suite.name}" has no benchmark "${name}"`;
    this.#parts.deliver(
      benchmark === undefined
        ? { type: 'failed', isMissing: true, message: missing }
        : await this.#parts.measure(benchmark),
    );
  }
}
