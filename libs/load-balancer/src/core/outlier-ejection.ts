import type { Clock, Timer } from '@envol/common';
import type { Server } from './server.js';

/** When a server is ejected and for how long, in milliseconds. */
export interface EjectionSettings {
  readonly failures: number;
  readonly time: number;
  readonly maxTime: number;
}

/** What {@link OutlierEjection} needs from the list it looks after. */
export interface EjectionHost {
  readonly clock: Clock;
  /** Whether it is in the list: what is gone may still have calls that fail, and nobody is to wait for it. */
  isListed(server: Server): boolean;
  /** Whether it takes calls, and another server does too. */
  mayEject(server: Server): boolean;
  /** Asks the server whether it answers again; brings its own timeout. */
  probe(server: Server): Promise<unknown>;
  /** The server was ejected (`true`) or takes calls again (`false`). */
  onChange(server: Server, ejected: boolean): void;
}

interface History {
  failuresInARow: number;
  ejectionsInARow: number;
  /** When it last came back, in monotonic milliseconds: what was begun before says nothing about it now. */
  returnedAt: number;
  timer: Timer | undefined;
}

/** Pause between probes that failed, in milliseconds. */
const PROBE_PAUSE = 500;

/**
 * Takes a server out that failed several times in a row (outlier detection as in Envoy, by consecutive failures). It
 * stays out for `time`, twice as long the second time in a row and so on up to `maxTime`, and then until it answers a
 * probe; so no call is spent on finding out.
 */
export class OutlierEjection {
  readonly #settings: EjectionSettings;
  readonly #host: EjectionHost;
  /** Only of servers that failed. */
  readonly #histories = new Map<Server, History>();

  constructor(settings: EjectionSettings, host: EjectionHost) {
    this.#settings = settings;
    this.#host = host;
  }

  succeeded(server: Server): void {
    if (this.#histories.size === 0 || server.ejectedUntil !== undefined) return;
    const history = this.#histories.get(server);
    if (history === undefined) return;
    history.failuresInARow = 0;
    history.ejectionsInARow = 0;
  }

  /** @param startedAt when the call that failed was begun, in monotonic milliseconds */
  failed(server: Server, startedAt: number): void {
    if (!this.#host.isListed(server)) return;
    const history = this.#historyOf(server);
    if (server.ejectedUntil !== undefined || startedAt < history.returnedAt) return;
    history.failuresInARow += 1;
    if (history.failuresInARow >= this.#settings.failures && this.#host.mayEject(server)) this.#eject(server, history);
  }

  /** Forgets what was held against a server: it is gone, or it was started anew. */
  forget(server: Server): void {
    this.#histories.get(server)?.timer?.cancel();
    this.#histories.delete(server);
    server.ejectedUntil = undefined;
  }

  stop(): void {
    for (const history of this.#histories.values()) history.timer?.cancel();
    this.#histories.clear();
  }

  #historyOf(server: Server): History {
    let history = this.#histories.get(server);
    if (history === undefined) {
      history = { failuresInARow: 0, ejectionsInARow: 0, returnedAt: -Infinity, timer: undefined };
      this.#histories.set(server, history);
    }
    return history;
  }

  #eject(server: Server, history: History): void {
    history.failuresInARow = 0;
    history.ejectionsInARow += 1;
    const time = Math.min(this.#settings.time * history.ejectionsInARow, this.#settings.maxTime);
    server.ejectedUntil = this.#host.clock.now() + time;
    this.#probeAfter(time, server, history);
    this.#host.onChange(server, true);
  }

  #probeAfter(milliseconds: number, server: Server, history: History): void {
    const isCurrent = (): boolean => this.#histories.get(server) === history;
    history.timer = this.#host.clock.setTimeout(() => {
      this.#host.probe(server).then(
        () => isCurrent() && this.#return(server, history),
        () => isCurrent() && this.#probeAfter(PROBE_PAUSE, server, history),
      );
    }, milliseconds);
  }

  #return(server: Server, history: History): void {
    server.ejectedUntil = undefined;
    history.returnedAt = this.#host.clock.monotonic();
    this.#host.onChange(server, false);
  }
}
