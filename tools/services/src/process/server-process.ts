import { setTimeout as delay } from 'node:timers/promises';
import { isEnvolError } from '@envol/common';
import { notRunning, portTaken, startFailed, unsupported } from '../errors.js';
import type { Service } from '../service.js';
import { freePort, freePorts, HOST, isFree } from './ports.js';
import type { Command, ProcessReport, SupervisorPlan } from './protocol.js';
import { Supervisor } from './supervisor-client.js';
import { Turns } from './turns.js';

const READY_DEADLINE_MS = 30_000;
const PROBE_INTERVAL_MS = 15;
const PORT_ATTEMPTS = 5;

/** What is particular to one kind of server. */
export interface ServerRecipe {
  readonly name: string;
  readonly plan: SupervisorPlan;
  /** Makes the folders and the data, through the supervisor so that a half-made one does not outlive us. */
  prepare(supervisor: Supervisor): Promise<void>;
  /** How many ports it needs besides its main one; default none. */
  readonly sidePorts?: number;
  command(port: number, sidePorts: readonly number[]): Command;
  url(port: number): string;
  /** Asks once whether our server (and not another one on that port) is ready; rejects if not, within 2 s. */
  probe(port: number, pid: number): Promise<void>;
  /** Releases what a killed server left outside its folder. */
  readonly afterKill?: Command | undefined;
}

/** `dead`: it ended, by kill() or by itself, and may be started again. */
export type ServerState = 'running' | 'paused' | 'dead' | 'stopped';

/** A server that runs under a supervisor. */
export class ServerProcess implements Service {
  readonly host = HOST;
  private readonly supervisor: Supervisor;
  private ended: ProcessReport | undefined;
  private paused = false;
  private stopped = false;
  private currentPort = 0;
  private currentPid = 0;
  private sidePorts: readonly number[] | undefined;
  private readonly turns = new Turns();

  private constructor(private readonly recipe: ServerRecipe) {
    this.supervisor = new Supervisor(recipe.plan, (report) => {
      this.ended = report;
    });
  }

  /** @param port default a free one, and another one if somebody takes it first */
  static async launch(recipe: ServerRecipe, port?: number): Promise<ServerProcess> {
    if (port !== undefined && !(await isFree(port))) throw portTaken(recipe.name, port);
    const server = new ServerProcess(recipe);
    try {
      await recipe.prepare(server.supervisor);
      await server.startOn(port);
      return server;
    } catch (error) {
      await server.supervisor.close();
      throw error;
    }
  }

  get name(): string {
    return this.recipe.name;
  }

  get port(): number {
    return this.currentPort;
  }

  get pid(): number {
    return this.currentPid;
  }

  get url(): string {
    return this.recipe.url(this.currentPort);
  }

  get state(): ServerState {
    if (this.stopped) return 'stopped';
    if (this.ended) return 'dead';
    return this.paused ? 'paused' : 'running';
  }

  stop(): Promise<void> {
    return this.inTurn(async () => {
      if (this.stopped) return;
      const killed = this.ended !== undefined;
      await this.supervisor.act('stop');
      if (killed && this.recipe.afterKill) await this.supervisor.run(this.recipe.afterKill);
      await this.supervisor.close();
      this.stopped = true;
    });
  }

  kill(): Promise<void> {
    return this.inTurn(() => this.supervisor.act('kill'), 'kill');
  }

  pause(): Promise<void> {
    return this.inTurn(async () => {
      if (process.platform === 'win32') throw unsupported('Windows cannot pause a process.', 'Use kill() instead.');
      if (this.ended) throw notRunning(this.name, 'pause', 'dead');
      await this.supervisor.act('pause');
      this.paused = true;
    }, 'pause');
  }

  resume(): Promise<void> {
    return this.inTurn(async () => {
      if (this.ended || !this.paused) throw notRunning(this.name, 'resume', this.ended ? 'dead' : 'not paused');
      await this.supervisor.act('resume');
      this.paused = false;
    }, 'resume');
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.supervisor.act('stop');
      this.paused = false;
      await this.startOn(this.currentPort);
    }, 'restart');
  }

  /** Starts it again on other ports when somebody was faster on one that is ours to choose. */
  private async startOn(port: number | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.startOnce(port ?? (await freePort()));
      } catch (error) {
        if (!isEnvolError(error, 'ENVOL_SERVICES_PORT_TAKEN') || attempt === PORT_ATTEMPTS) throw error;
        if (port !== undefined && !(await isFree(port))) throw error;
        this.sidePorts = undefined;
      }
    }
  }

  private async startOnce(port: number): Promise<void> {
    this.sidePorts ??= await freePorts(this.recipe.sidePorts ?? 0);
    this.ended = undefined;
    this.currentPort = port;
    this.currentPid = await this.supervisor.start(this.recipe.command(port, this.sidePorts));
    const deadline = Date.now() + READY_DEADLINE_MS;
    let reason: unknown;
    while (this.ended === undefined && Date.now() < deadline) {
      try {
        await this.recipe.probe(port, this.currentPid);
        return;
      } catch (error) {
        reason = error;
      }
      await delay(PROBE_INTERVAL_MS);
    }
    throw await this.whyNotReady(reason);
  }

  private async whyNotReady(reason: unknown): Promise<Error> {
    const endedItself = this.ended !== undefined;
    await this.supervisor.act('kill');
    const output = this.ended?.output ?? '';
    if (!endedItself)
      return startFailed(this.name, `did not answer within ${READY_DEADLINE_MS / 1000} s (${String(reason)})`, output);
    if (/address already in use/i.test(output)) return portTaken(this.name, this.currentPort);
    return startFailed(this.name, 'ended while it started', output);
  }

  private inTurn(action: () => Promise<void>, needsRunning?: string): Promise<void> {
    return this.turns.take(async () => {
      if (needsRunning !== undefined && this.stopped) throw notRunning(this.name, needsRunning, 'stopped');
      await action();
    });
  }
}
