import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('replica-process.mjs', import.meta.url));

/** A microservice in a process of its own on a loopback port, see `replica-process.mjs`. */
export class Replica {
  readonly port: number;
  readonly host = '127.0.0.1';
  #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  static async start(): Promise<Replica> {
    const { child, port } = await run(0);
    return new Replica(child, port);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves when the replica has begun to carry out `write` with this value. */
  async wrote(value: string): Promise<void> {
    for (;;) {
      const [message]: unknown[] = await once(this.#process, 'message');
      if (typeof message === 'object' && message !== null && Reflect.get(message, 'written') === value) return;
    }
  }

  async kill(): Promise<void> {
    if (!this.#isRunning) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** Stands still: connections are accepted, and nothing is answered. */
  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  /** Starts again on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    this.#process = (await run(this.port)).child;
  }

  get #isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }
}

async function run(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(SCRIPT, [String(port)], { execArgv: [] });
  for (;;) {
    const [message]: unknown[] = await once(child, 'message');
    const listening: unknown =
      typeof message === 'object' && message !== null ? Reflect.get(message, 'port') : undefined;
    if (typeof listening === 'number') return { child, port: listening };
  }
}
