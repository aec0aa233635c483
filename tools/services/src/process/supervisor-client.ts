import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { supervisorFailed } from '../errors.js';
import type { Command, Message, Operation, ProcessReport, Request, SupervisorPlan } from './protocol.js';

const SCRIPT = fileURLToPath(new URL('./supervisor.js', import.meta.url));

/** More than the slowest operation: a stop with all its steps, an initdb on a busy machine. */
const ANSWER_TIMEOUT_MS = 120_000;

interface Pending {
  readonly operation: Operation;
  readonly resolve: (report: ProcessReport | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Our end of the channel to a supervisor process. It keeps our process alive only while an answer is awaited. */
export class Supervisor {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  /** The pid of the server while it runs. */
  private server: number | undefined;

  /**
   * @param plan what to do when we die
   * @param onExit called each time the server has ended, whoever ended it
   */
  constructor(
    private readonly plan: SupervisorPlan,
    private readonly onExit: (report: ProcessReport) => void,
  ) {
    this.child = spawn(process.execPath, [SCRIPT, JSON.stringify(plan)], {
      detached: true, // a session of its own: Ctrl-C in the terminal is ours to handle, not the server's
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: quietEnv(),
      windowsHide: true,
    });
    this.child.unref();
    this.child.channel?.unref();
    this.child.on('message', (message) => {
      if (isMessage(message)) this.receive(message);
    });
    this.child.on('error', (error) => this.failAll(error));
    this.child.on('exit', () => {
      this.failAll();
      this.endAbandoned();
    });
  }

  /** Runs a program to its end. */
  async run(command: Command): Promise<ProcessReport> {
    return present(await this.call('run', command));
  }

  /** Starts the server; resolves with its pid. */
  async start(command: Command): Promise<number> {
    return present(await this.call('start', command)).pid;
  }

  async act(operation: 'pause' | 'resume' | 'kill' | 'stop'): Promise<void> {
    await this.call(operation);
  }

  /** Removes the throwaway folders and ends the supervisor. The server must have ended. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await this.call('clean');
    const ended = once(this.child, 'exit');
    this.child.ref();
    this.child.disconnect();
    await ended;
  }

  private call(operation: Operation, command?: Command): Promise<ProcessReport | undefined> {
    const id = this.nextId++;
    const request: Request = { id, operation, ...(command && { command }) };
    this.child.channel?.ref();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.settle(id)?.reject(supervisorFailed(`The supervisor did not answer "${operation}" in time.`)),
        ANSWER_TIMEOUT_MS,
      );
      this.pending.set(id, {
        operation,
        resolve: (report) => (clearTimeout(timer), resolve(report)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
      this.child.send(request, (error) => {
        if (error) this.settle(id)?.reject(supervisorFailed('The supervisor process is gone.', error));
      });
    });
  }

  private receive(message: Message): void {
    if (message.kind === 'exited') {
      this.server = undefined;
      this.onExit(message.report);
      return;
    }
    const waiting = this.settle(message.id);
    if (message.kind === 'failure') {
      waiting?.reject(supervisorFailed(message.error));
      return;
    }
    if (waiting?.operation === 'start') this.server = message.report?.pid;
    waiting?.resolve(message.report);
  }

  private settle(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.child.channel?.unref();
    return waiting;
  }

  private failAll(cause?: Error): void {
    const gone = supervisorFailed('The supervisor process ended.', cause);
    for (const id of this.pending.keys()) this.settle(id)?.reject(gone);
  }

  /** Somebody ended the supervisor while its server ran: the work of its plan falls to us. */
  private endAbandoned(): void {
    if (this.server === undefined) return;
    try {
      process.kill(this.server, 'SIGKILL');
    } catch {
      // it has ended too
    }
    for (const folder of this.plan.remove) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Options meant for our own Node process (a debugger's port, coverage) are not the supervisor's. */
function quietEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env;
  return env;
}

function present(report: ProcessReport | undefined): ProcessReport {
  if (report === undefined) throw supervisorFailed('The supervisor gave no report.');
  return report;
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
