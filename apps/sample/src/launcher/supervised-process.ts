import { fork, type ChildProcess } from 'node:child_process';
import { EnvolError } from '@envol/common';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_RESTART_DELAY = 250;
const LONGEST_RESTART_DELAY = 4_000;

/** A child process that is started again when it dies, until it is told to stop. */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  #stopping = false;
  #heldDown = false;
  #restartDelay = FIRST_RESTART_DELAY;

  constructor(
    readonly name: string,
    private readonly entry: URL,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Resolves when the process says that it is ready; rejects when it ends before. */
  start(): Promise<void> {
    this.#heldDown = false;
    const child = fork(this.entry, { env: this.environment });
    this.#child = child;
    return new Promise((resolve, reject) => {
      let isReady = false;
      child.once('message', () => {
        isReady = true;
        this.#restartDelay = FIRST_RESTART_DELAY;
        resolve();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (!isReady) reject(this.#endedEarly(signal ?? `exit code ${code}`));
        else if (!this.#stopping && !this.#heldDown) void this.#restart(signal ?? `exit code ${code}`);
      });
    });
  }

  /** Ends the process at once (SIGKILL), and leaves it so until {@link start}. For demonstrations. */
  async kill(): Promise<void> {
    this.#heldDown = true;
    const child = this.#child;
    if (!isRunning(child)) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  }

  /** Asks the process to end, and kills it when it has not after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!isRunning(child)) return;
    await new Promise<void>((resolve) => {
      const kill = setTimeout(() => child.kill('SIGKILL'), deadline);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  #endedEarly(reason: string): EnvolError {
    return new EnvolError(
      'ENVOL_ATLAS_ENDED_EARLY',
      `${this.name} ended before it was ready (${reason})`,
      'What it printed above says why.',
    );
  }

  async #restart(reason: string): Promise<void> {
    console.error(`${this.name} ended (${reason}); starting it again`);
    while (!this.#stopping) {
      await sleep(this.#restartDelay);
      this.#restartDelay = Math.min(this.#restartDelay * 2, LONGEST_RESTART_DELAY);
      if (this.#stopping) return;
      try {
        return await this.start();
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    }
  }
}

function isRunning(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}
