import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseForkMessage, type ForkPhase, type ForkTask } from './fork-protocol.js';
import type { ForkOutcome } from './fork-subject.js';
import { killGroup } from './kill-group.js';

/** How a fork ended. */
export interface ForkEnd {
  /** What it told; absent when it ended before. */
  readonly outcome?: ForkOutcome | undefined;
  /** What it was last about to do. */
  readonly phase: ForkPhase;
  /** How the process ended, in words. */
  readonly reason: string;
  /** The end of what it wrote to its standard error. */
  readonly errorOutput: string;
}

const PROGRAM = fileURLToPath(new URL('./fork-main.js', import.meta.url));
/** So many characters of the error output are kept. */
const ERROR_OUTPUT = 16_384;
/** Longest wait for output after the end, in milliseconds: another process may hold the stream. */
const LAST_OUTPUT = 1_000;

/**
 * A process that measures one benchmark. It has the arguments, the environment and Node's options of this process, and
 * nothing to read; what it prints is not shown.
 */
export class ForkProcess {
  readonly #child: ChildProcess;
  #phase: ForkPhase = 'start';
  #outcome: ForkOutcome | undefined;
  #errorOutput = '';

  constructor(task: ForkTask, cwd: string | undefined) {
    this.#child = fork(PROGRAM, process.argv.slice(2), {
      cwd,
      // A group of its own, so that what it starts ends with it.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => this.#listen(message));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-ERROR_OUTPUT);
    });
    // When it cannot be sent, the process has ended, and that is what is told.
    this.#child.send(task, () => {});
  }

  /** `undefined` when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it, and what it has started. */
  kill(): void {
    if (this.pid !== undefined) killGroup(this.pid);
  }

  /** Resolves when it has ended, and all that it told is here. */
  end(): Promise<ForkEnd> {
    return new Promise((resolve) => {
      let reason = '';
      const close = (): void => {
        resolve({ outcome: this.#outcome, phase: this.#phase, reason, errorOutput: this.#errorOutput });
      };
      this.#child.once('exit', (code, signal) => {
        reason = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        this.kill();
        setTimeout(() => this.#child.stderr?.destroy(), LAST_OUTPUT).unref();
      });
      this.#child.once('error', ({ message }) => {
        reason = `could not be started: ${message}`;
        close();
      });
      this.#child.once('close', close);
    });
  }

  #listen(raw: unknown): void {
    const message = parseForkMessage(raw);
    if (message?.type === 'envol:benchmark:phase') this.#phase = message.phase;
    if (message?.type === 'envol:benchmark:outcome') this.#outcome ??= message.outcome;
  }
}
