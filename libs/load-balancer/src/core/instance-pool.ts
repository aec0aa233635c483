import type { Clock, Random, Timer } from '@envol/common';
import type { BalancerFactory } from './balancer.js';
import type { Call } from './call.js';
import type { InstanceState } from './client-metrics.js';
import { Connection, type ConnectionState } from './connection.js';
import { clientClosed, NoInstancesError, reasonOf } from './errors.js';
import { addressOf, type Instance, type InstanceSource } from './instance.js';
import { LoadBalancer } from './load-balancer.js';
import type { EjectionSettings } from './outlier-ejection.js';
import type { Server } from './server.js';
import type { OpenWire, Wire } from './wire.js';

/** What an {@link InstancePool} needs; times in milliseconds. */
export interface InstancePoolOptions {
  readonly name: string;
  readonly instances: InstanceSource;
  readonly balancer: BalancerFactory;
  readonly ejection: EjectionSettings;
  readonly connectTimeout: number;
  readonly drainTimeout: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens a connection to an instance. */
  readonly open: (instance: Instance) => OpenWire;
  readonly onChange: (change: InstanceChange) => void;
}

/** An instance became reachable, unreachable, was left out for failing, or takes calls again after that. */
export interface InstanceChange {
  readonly kind: 'ready' | 'unreachable' | 'ejected' | 'returned';
  readonly server: Server;
  readonly reason?: Error | undefined;
}

/** An instance that was picked, and the open connection to it. */
export interface Target {
  readonly server: Server;
  readonly wire: Wire;
}

/** An instance with its connection. */
interface Member {
  readonly server: Server;
  readonly connection: Connection;
  /** Ends the drain when it takes too long. */
  drainTimer?: Timer;
}

/** One instance as `describe()` shows it. */
export interface InstanceDescription {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly state: InstanceState;
  /** Calls that wait for their end. */
  readonly outstanding: number;
  /** Latency in milliseconds as `peakEwma()` sees it; missing while it was never measured. */
  readonly ewmaMs?: number;
  /** Attempts so far. */
  readonly requests: number;
  /** Attempts that failed so far; errors of the application are not among them. */
  readonly failures: number;
  /** While it is ejected: until when at least, in milliseconds since the epoch. */
  readonly ejectedUntil?: number;
}

/** The instances of one client: the list, a connection to each, and who of them takes calls. */
export class InstancePool {
  readonly balancer: LoadBalancer;
  readonly #options: InstancePoolOptions;
  readonly #members = new Map<Server, Member>();
  readonly #draining = new Set<Member>();
  readonly #unsubscribe: () => void;
  #isStarted = false;
  #isClosed = false;

  constructor(options: InstancePoolOptions) {
    this.#options = options;
    const { balancer, ejection, clock, random, instances } = options;
    this.balancer = new LoadBalancer({
      balancer,
      ejection,
      clock,
      random,
      probe: (server) => this.#probe(server),
      onEjection: (server, ejected) => options.onChange({ kind: ejected ? 'ejected' : 'returned', server }),
    });
    this.#update(instances.current());
    this.#unsubscribe = instances.subscribe((list) => this.#update(list));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Opens a connection to every instance, in the background; those that join the list later are opened when they do. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const member of this.#members.values()) connectInBackground(member);
  }

  /**
   * The instance for the next attempt, among those with an open connection and not in `tried`; `undefined` when there
   * is none.
   *
   * @throws NoInstancesError when the list is empty; EnvolError `ENVOL_LOAD_BALANCER_CLOSED` after {@link close}.
   */
  pick(tried: ReadonlySet<Server>): Target | undefined {
    if (this.#isClosed) throw clientClosed(this.#options.name);
    if (this.#members.size === 0) throw new NoInstancesError(this.#options.name);
    const server = this.balancer.nextAvailable(tried);
    const wire = server && this.#members.get(server)?.connection.wire;
    return wire && { server, wire };
  }

  /** Tries to reach anybody but `tried`: true with the first connection, false when all attempts failed (told to `onFailure`). */
  async connectAny(tried: ReadonlySet<Server>, onFailure: (server: Server, reason: string) => void): Promise<boolean> {
    const attempts = [...this.#members.values()]
      .filter(({ server }) => !tried.has(server))
      .map(({ server, connection }) =>
        connection.connect().catch((error: unknown) => {
          onFailure(server, reasonOf(error));
          throw error;
        }),
      );
    return Promise.any(attempts).then(
      () => true,
      () => false,
    );
  }

  /** Begins a call; {@link end} must follow. */
  begin(server: Server): Call {
    return this.balancer.begin(server);
  }

  /** To be told after the end of a call: an instance that was removed from the list is closed after its last one. */
  ended(server: Server): void {
    if (server.outstanding > 0 || this.#draining.size === 0) return;
    for (const member of this.#draining) {
      if (member.server === server) this.#closeDrained(member);
    }
  }

  /** What each instance does, those that still finish their calls included. */
  describe(): InstanceDescription[] {
    return [...this.#members.values(), ...this.#draining].map((member) => describeMember(member));
  }

  count(state: InstanceState): number {
    return [...this.#members.values(), ...this.#draining].filter((member) => stateOf(member) === state).length;
  }

  /** Closes every connection; requests that wait are told. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribe();
    this.balancer.close();
    for (const member of [...this.#members.values(), ...this.#draining]) {
      member.drainTimer?.cancel();
      member.connection.close(clientClosed(this.#options.name));
    }
    this.#draining.clear();
  }

  #update(instances: readonly Instance[]): void {
    const { added, removed } = this.balancer.update(instances);
    for (const server of added) this.#add(server);
    for (const server of removed) this.#remove(server);
  }

  #add(server: Server): void {
    const { clock, random, open } = this.#options;
    const onChange = (state: ConnectionState, reason?: Error): void => this.#connectionChanged(server, state, reason);
    const connection = new Connection({ open: open(server), clock, random, onChange });
    const member = { server, connection };
    this.balancer.setAvailable(server, false);
    this.#members.set(server, member);
    if (this.#isStarted) connectInBackground(member);
  }

  #remove(server: Server): void {
    const member = this.#members.get(server);
    this.#members.delete(server);
    if (member === undefined) return;
    member.connection.drain();
    this.#draining.add(member);
    member.drainTimer = this.#options.clock.setTimeout(() => this.#closeDrained(member), this.#options.drainTimeout);
    this.ended(server);
  }

  #closeDrained(member: Member): void {
    member.drainTimer?.cancel();
    this.#draining.delete(member);
    member.connection.close(new Error(`${addressOf(member.server)} was removed from the list`));
  }

  #connectionChanged(server: Server, state: ConnectionState, reason?: Error): void {
    if (state !== 'ready' && state !== 'unreachable') return;
    this.balancer.setAvailable(server, state === 'ready');
    this.#options.onChange({ kind: state, server, reason });
  }

  async #probe(server: Server): Promise<void> {
    const wire = this.#members.get(server)?.connection.wire;
    if (wire === undefined) throw new Error(`no connection to ${addressOf(server)}`);
    await wire.ping(this.#options.connectTimeout);
  }
}

function connectInBackground({ connection }: Member): void {
  connection.connect().catch(() => undefined);
}

function stateOf({ server, connection }: Member): InstanceState {
  if (connection.state === 'closed') return 'draining';
  return connection.state === 'ready' && server.ejectedUntil !== undefined ? 'ejected' : connection.state;
}

function describeMember(member: Member): InstanceDescription {
  const { id, host, port, weight, outstanding, cost, requests, failures, ejectedUntil } = member.server;
  return {
    id,
    host,
    port,
    weight,
    state: stateOf(member),
    outstanding,
    ...(cost > 0 && { ewmaMs: cost }),
    requests,
    failures,
    ...(ejectedUntil !== undefined && { ejectedUntil }),
  };
}
