import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@envol/common/testing';
import { freePort } from '@envol/services';
import { makeDataFolder, removeDataFolder } from './data-folder.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'dist', 'apps', 'sample', 'main.js');

/** The first start loads 135,233 rows; on a slow machine that takes a while. */
const START_DEADLINE = 120_000;

/** A line of the log, as pino writes it. */
export interface LogLine {
  readonly name: string;
  readonly pid: number;
  readonly msg: string;
  readonly requestId?: string;
}

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Atlas as a user starts it: the built program in a process of its own, on free ports, with a data folder of its own. */
export class Atlas {
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  #output = '';

  private constructor(
    readonly url: string,
    readonly managementUrl: string,
    readonly directory: string,
    environment: NodeJS.ProcessEnv,
    args: readonly string[],
  ) {
    this.#process = spawn(process.execPath, [MAIN, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = once(this.#process, 'exit');
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** Starts it and waits until it is ready. */
  static async start(settings: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<Atlas> {
    const atlas = await Atlas.launch(settings, args);
    await eventually(() => {
      if (atlas.#process.exitCode !== null) throw new Error(`Atlas ended at start:\n${atlas.output}`);
      return atlas.output.includes('Atlas is ready');
    }, START_DEADLINE);
    return atlas;
  }

  /** Starts it without waiting. */
  static async launch(settings: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<Atlas> {
    const [port, managementPort] = [await freePort(), await freePort()];
    const directory = settings['ATLAS_DIR'] ?? (await makeDataFolder());
    const environment = {
      ...process.env,
      PORT: `${port}`,
      MANAGEMENT_PORT: `${managementPort}`,
      ATLAS_DIR: directory,
      ...settings,
    };
    return new Atlas(
      `http://127.0.0.1:${environment.PORT}`,
      `http://127.0.0.1:${managementPort}`,
      directory,
      environment,
      args,
    );
  }

  /** All that it printed. */
  get output(): string {
    return this.#output;
  }

  get logLines(): readonly LogLine[] {
    return this.#output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line): LogLine => JSON.parse(line));
  }

  /** Process ids by the name in the log: `gateway`, `places:<port>`. */
  get pids(): ReadonlyMap<string, number> {
    return new Map(this.logLines.map(({ name, pid }): [string, number] => [name, pid]));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async get(path: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** What the management port answers: JSON, or text where it is none. */
  async management<T>(path: string): Promise<T> {
    const response = await fetch(`${this.managementUrl}${path}`);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return (isJson ? response.json() : response.text()) as Promise<T>;
  }

  /** What the gateway's metrics say of a series, such as `name{label="value"}`; `undefined` if it has none of that name. */
  async metric(series: string): Promise<number | undefined> {
    const lines = (await this.management<string>('/metrics')).split('\n');
    const line = lines.find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Resolves to the exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#exit;
    return this.#process.exitCode;
  }

  /** Ctrl-C; resolves to how many milliseconds it took. */
  async interrupt(): Promise<number> {
    const start = performance.now();
    this.#process.kill('SIGINT');
    await this.#exit;
    return performance.now() - start;
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.interrupt();
    await removeDataFolder(this.directory);
  }

  /** The process id of its own PostgreSQL server. */
  async postgresPid(): Promise<number> {
    const text = await readFile(join(this.directory, 'postgres', 'postgres', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
