import { systemClock, type Clock, type Random } from '@envol/common';
import type { Balancer, BalancerFactory } from './balancer.js';
import { Call, type CallObservers } from './call.js';
import { resolveEjection, type EjectionOptions } from './ejection-options.js';
import { NoInstancesError } from './errors.js';
import { addressOf, checkInstances, toInstance, type Instance } from './instance.js';
import { OutlierEjection } from './outlier-ejection.js';
import { peakEwma } from './peak-ewma.js';
import { Server } from './server.js';

/** Settings of a {@link LoadBalancer}. */
export interface LoadBalancerOptions {
  /** The rule of picking. Default `peakEwma()`. */
  readonly balancer?: BalancerFactory | undefined;
  /** When a failing server is left out for a while. */
  readonly ejection?: EjectionOptions | undefined;
  /** Asks an ejected server whether it answers, before it takes calls again. Default: when its time is over, it does. */
  readonly probe?: ((server: Server) => Promise<unknown>) | undefined;
  /** Called when a server is ejected (`true`) and when it takes calls again (`false`). */
  readonly onEjection?: ((server: Server, ejected: boolean) => void) | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
  /** Default `Math.random`. */
  readonly random?: Random | undefined;
}

const NOBODY: ReadonlySet<Server> = new Set();

/**
 * Picks the server for a call. It opens no connections: whoever makes the calls says how they went (see {@link begin}).
 *
 * Usable are the servers that are available and not ejected. When there are none, all are candidates again: a wrong
 * guess about health must not turn into an outage. What is measured is kept by address and survives updates.
 */
export class LoadBalancer {
  readonly #servers = new Map<string, Server>();
  readonly #balancer: Balancer;
  readonly #ejection: OutlierEjection;
  readonly #observers: CallObservers;
  #all: readonly Server[] = [];
  #available: readonly Server[] = [];
  #usable: readonly Server[] = [];

  constructor(options: LoadBalancerOptions = {}) {
    const { balancer = peakEwma(), probe = () => Promise.resolve(), onEjection } = options;
    const { clock = systemClock, random = Math.random } = options;
    this.#balancer = balancer({ clock, random });
    this.#ejection = new OutlierEjection(resolveEjection(options.ejection), {
      clock,
      probe,
      isListed: (server) => this.#servers.get(addressOf(server)) === server,
      mayEject: (server) => this.#usable.length > 1 && this.#usable.includes(server),
      onChange: (server, ejected) => {
        if (!ejected) server.cost = 0;
        this.#refresh();
        onEjection?.(server, ejected);
      },
    });
    this.#observers = { clock, balancer: this.#balancer, ejection: this.#ejection };
  }

  /** Every server of the list. */
  get servers(): readonly Server[] {
    return this.#all;
  }

  /**
   * Adds a server, or changes its weight. The name comes from the document Envol grew from; {@link update} sets a whole
   * list.
   *
   * @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS`
   */
  addServer(host: string, port: number, weight = 1): Server {
    checkInstances([{ host, port, weight }]);
    const server = this.#put(toInstance({ host, port, weight }));
    this.#refresh();
    return server;
  }

  /**
   * Sets the list. Servers whose address was there before keep their statistics. Returns who came and who left.
   *
   * @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS`; the list stays as it was then.
   */
  update(instances: readonly Instance[]): { readonly added: readonly Server[]; readonly removed: readonly Server[] } {
    checkInstances(instances);
    const before = new Set(this.#servers.values());
    const after = new Set(instances.map((instance) => this.#put(instance)));
    const removed = [...before].filter((server) => !after.has(server));
    for (const server of removed) {
      this.#servers.delete(addressOf(server));
      this.#ejection.forget(server);
    }
    this.#refresh();
    return { added: [...after].filter((server) => !before.has(server)), removed };
  }

  /** @throws NoInstancesError when the list is empty. */
  next(): Server {
    const reachable = this.#usable.length > 0 ? this.#usable : this.#available;
    return this.#balancer.pick(reachable.length > 0 ? reachable : this.#all);
  }

  /** The same as {@link next}, under the name it has in the document Envol grew from. */
  getNextServer(): Server {
    return this.next();
  }

  /**
   * The next server among those that are available and not in `tried`: a usable one, else an ejected one; `undefined`
   * when there is neither.
   *
   * @throws NoInstancesError when the list is empty.
   */
  nextAvailable(tried: ReadonlySet<Server> = NOBODY): Server | undefined {
    if (this.#all.length === 0) throw new NoInstancesError();
    if (tried.size === 0) {
      const list = this.#usable.length > 0 ? this.#usable : this.#available;
      return list.length > 0 ? this.#balancer.pick(list) : undefined;
    }
    for (const list of [this.#usable, this.#available]) {
      const untried = list.filter((server) => !tried.has(server));
      if (untried.length > 0) return this.#balancer.pick(untried);
    }
    return undefined;
  }

  /** Begins a call to a server that was picked; the {@link Call} is told how it went. */
  begin(server: Server): Call {
    return new Call(server, this.#observers);
  }

  /**
   * Says whether a server can be reached. One that can be reached anew starts with a clean slate: it may well be a new
   * process.
   */
  setAvailable(server: Server, available: boolean): void {
    if (server.available === available) return;
    server.available = available;
    if (available) {
      server.cost = 0;
      this.#ejection.forget(server);
    }
    this.#refresh();
  }

  /** Stops all timers, for good: it has no servers any more. */
  close(): void {
    this.#servers.clear();
    this.#refresh();
    this.#ejection.stop();
  }

  #put(instance: Instance): Server {
    const address = addressOf(instance);
    let server = this.#servers.get(address);
    if (server === undefined) this.#servers.set(address, (server = new Server(instance)));
    else server.update(instance);
    return server;
  }

  #refresh(): void {
    this.#all = [...this.#servers.values()];
    this.#available = this.#all.filter((server) => server.available);
    this.#usable = this.#available.filter((server) => server.ejectedUntil === undefined);
  }
}
