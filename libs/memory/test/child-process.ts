import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { eventually } from '@envol/common/testing';

/** One of the programs in `processes`, with a heap of so many megabytes. It runs the built libs. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #messages: object[] = [];
  #errors = '';

  constructor(program: 'fill' | 'leak', megabytes: number, ...args: string[]) {
    const script = fileURLToPath(new URL(`processes/${program}.mjs`, import.meta.url));
    this.#child = fork(script, args, {
      execArgv: [`--max-old-space-size=${megabytes}`],
      // Where V8 may leave a core file when it aborts.
      cwd: tmpdir(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => {
      if (typeof message === 'object' && message !== null) this.#messages.push(message);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  /** What it last told under this name. */
  told(name: string): unknown {
    const message = this.#messages.findLast((candidate) => name in candidate);
    return message === undefined ? undefined : Reflect.get(message, name);
  }

  /** Waits until it tells something under this name; fails with what it wrote when it ends before. */
  tells(name: string, deadline: number): Promise<unknown> {
    return Promise.race([
      eventually(() => this.told(name) ?? false, deadline),
      this.end().then(() => Promise.reject(new Error(`ended without telling "${name}": ${this.#errors}`))),
    ]);
  }

  send(message: string): void {
    this.#child.send(message);
  }

  /** How it ended. */
  async end(): Promise<{ readonly signal: string | null; readonly errors: string }> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    return { signal: this.#child.signalCode, errors: this.#errors };
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.end();
  }
}
