import { noMetrics, requestContext, systemClock, type Clock, type MetricsSink, type Random } from '@envol/common';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { distinctUntilChanged, ReplaySubject, type Observable } from 'rxjs';
import { ClientMetrics } from '../core/client-metrics.js';
import {
  resolveClientOptions,
  type LoadBalancedClientOptions,
  type ResolvedClientOptions,
} from '../core/client-options.js';
import { clientClosed } from '../core/errors.js';
import { sendEvent } from '../core/event.js';
import { InstancePool, type InstanceChange, type InstanceDescription } from '../core/instance-pool.js';
import type { Instance } from '../core/instance.js';
import type { LoadBalancer } from '../core/load-balancer.js';
import { Request, type RequestSettings } from '../core/request.js';
import { TcpWire } from './tcp-wire.js';

/** What a {@link LoadBalancedClientProxy} tells listeners, each time with the instance it is about. */
export type LoadBalancedClientEvents = Readonly<Record<InstanceChange['kind'], (instance: Instance) => void>>;

type ConnectionStatus = 'connected' | 'disconnected';

/** What a {@link LoadBalancedClientProxy} takes from its surroundings. */
export interface LoadBalancedClientEnvironment {
  /** Default: metrics go nowhere. */
  readonly metrics?: MetricsSink | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
  /** Default `Math.random`. */
  readonly random?: Random | undefined;
}

/**
 * A Nest client for TCP microservices that spreads its calls over several instances. `send` and `emit` work as with
 * any `ClientProxy`. One that was closed stays closed.
 */
export class LoadBalancedClientProxy
  extends ClientProxy<LoadBalancedClientEvents>
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #options: ResolvedClientOptions;
  readonly #settings: RequestSettings;
  readonly #pool: InstancePool;
  readonly #idempotent: ReadonlySet<string>;
  readonly #events = new EventEmitter();
  readonly #status = new ReplaySubject<ConnectionStatus>(1);
  readonly #logger: Logger;
  /** Connections live longer than the request that opens them, and must not run in its context. */
  readonly #scope = new AsyncResource('LoadBalancedClientProxy');

  /** @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS` */
  constructor(options: LoadBalancedClientOptions, environment: LoadBalancedClientEnvironment = {}) {
    super();
    const { metrics = noMetrics, clock = systemClock, random = Math.random } = environment;
    this.#options = resolveClientOptions(options);
    const { name, connectTimeout, tlsOptions } = this.#options;
    this.#logger = new Logger(`${LoadBalancedClientProxy.name} ${name}`);
    this.#idempotent = new Set(this.#options.idempotent.map((pattern) => this.normalizePattern(pattern)));
    this.#pool = new InstancePool({
      ...this.#options,
      clock,
      random,
      open: ({ host, port }) => {
        const target = { host, port, tlsOptions, connectTimeout, clock };
        return (onLost, signal) => this.#scope.runInAsyncScope(() => TcpWire.open(target, onLost, signal));
      },
      onChange: (change) => this.#changed(change),
    });
    this.#settings = {
      ...this.#options,
      clock,
      metrics: new ClientMetrics(metrics, name, (state) => this.#pool.count(state)),
    };
  }

  /** `connected` while there is a connection to any of the instances. */
  override get status(): Observable<ConnectionStatus> {
    return this.#status.pipe(distinctUntilChanged());
  }

  /** Opens the connections in the background, so that neither the start nor a call waits for an instance that is dead. */
  override connect(): Promise<void> {
    if (this.#pool.isClosed) return Promise.reject(clientClosed(this.#options.name));
    this.#pool.start();
    return Promise.resolve();
  }

  onApplicationBootstrap(): Promise<void> {
    return this.connect();
  }

  /** Closes when the servers of the application are closed: what they finish until then can still make its calls. */
  onApplicationShutdown(): void {
    this.close();
  }

  /** Closes all connections; calls that wait end with `ENVOL_LOAD_BALANCER_CLOSED`. */
  override close(): void {
    this.#pool.close();
    this.#events.removeAllListeners();
    this.#status.next('disconnected');
  }

  /** Calls back when an instance becomes `ready` or `unreachable`, is `ejected` for failing, or has `returned` from that. */
  override on<E extends keyof LoadBalancedClientEvents>(event: E, callback: LoadBalancedClientEvents[E]): void {
    this.#events.on(event, callback);
  }

  /** The `LoadBalancer` that picks the instances. */
  override unwrap<T>(): T;
  override unwrap(): LoadBalancer {
    return this.#pool.balancer;
  }

  /** Each instance with its state and its numbers, for a management endpoint. */
  describe(): InstanceDescription[] {
    return this.#pool.describe();
  }

  protected override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const request = new Request(this.#pool, this.#settings, {
      packet,
      context: requestContext.current(),
      isIdempotent: () => this.#idempotent.has(this.normalizePattern(packet.pattern)),
      // Answers arrive in the context of the connection; the caller gets them in its own.
      onReply: AsyncResource.bind(callback),
    });
    request.start();
    return () => request.cancel();
  }

  protected override dispatchEvent<T>(packet: ReadPacket): Promise<T>;
  protected override async dispatchEvent(packet: ReadPacket): Promise<undefined> {
    const pattern = this.normalizePattern(packet.pattern);
    const { events } = this.#settings.metrics;
    try {
      await sendEvent(this.#pool, this.#settings, { ...packet, pattern }, requestContext.current());
      events.sent.add();
    } catch (error) {
      events.failed.add();
      throw error;
    }
  }

  #changed({ kind, server, reason }: InstanceChange): void {
    this.#log(kind, server, reason);
    this.#status.next(this.#pool.count('ready') + this.#pool.count('ejected') > 0 ? 'connected' : 'disconnected');
    if (kind === 'ejected') this.#settings.metrics.ejections.add();
    const { id, host, port, weight } = server;
    try {
      this.#events.emit(kind, { id, host, port, weight });
    } catch (error) {
      this.#logger.error(error);
    }
  }

  #log(kind: InstanceChange['kind'], { id }: Instance, reason?: Error): void {
    const messages = {
      ready: `${id} is ready`,
      returned: `${id} answers again and takes calls`,
      ejected: `${id} takes no calls for a while: too many failures in a row`,
      unreachable: `${id} takes no calls: ${reason?.message}; connecting again in the background`,
    };
    if (kind === 'ready' || kind === 'returned') this.#logger.log(messages[kind]);
    else this.#logger.warn(messages[kind]);
  }
}
