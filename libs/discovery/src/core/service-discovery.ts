import { AsyncResource } from 'node:async_hooks';
import type { Clock, MetricsSink, Random } from '@envol/common';
import { addressRules, type AddressRules } from './address-rules.js';
import type { DiscoveryDescription } from './description.js';
import { closed, invalidName, tooManyServices } from './discovery-errors.js';
import type { DiscoveryEvent } from './discovery-event.js';
import type { ResolvedDiscoveryOptions } from './discovery-options.js';
import { filterInstances, type InstanceFilter } from './instance-filter.js';
import { liveInstances, type LiveInstances } from './instance-source.js';
import { InstanceWatch } from './instance-watch.js';
import type { ServiceInstance } from './instance.js';
import type { InstancesChange } from './instances-change.js';
import { serviceNameSchema, type RegisterOptions } from './registration-options.js';
import type { Registration } from './registration.js';
import { Registrations, type ListenAddress } from './registrations.js';
import type { Registry } from './registry.js';
import { WatchedService } from './watched-service.js';

/** What {@link ServiceDiscovery} needs from its surroundings. */
export interface ServiceDiscoveryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricsSink;
  readonly onEvent: (event: DiscoveryEvent) => void;
  /** Resolves when this process should get traffic, rejects when it never will; `announce()` waits for it. */
  readonly whenReady: () => Promise<void>;
}

/** How `watch()` watches. */
export interface WatchOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** Only these instances. */
  readonly filter?: InstanceFilter;
}

/**
 * Registers this process and finds others. Lists are kept up to date in the background, so reading them is instant and
 * goes on while the registry is away.
 */
export class ServiceDiscovery {
  readonly #options: ResolvedDiscoveryOptions;
  readonly #parts: ServiceDiscoveryParts;
  readonly #registry: Registry;
  readonly #rules: AddressRules;
  readonly #registrations: Registrations;
  /** What goes on in the background must not keep the context of the request that happened to start it. */
  readonly #scope = new AsyncResource('ServiceDiscovery');
  readonly #services = new Map<string, WatchedService>();
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedDiscoveryOptions, parts: ServiceDiscoveryParts) {
    const { registry, register, allow, timeout } = options;
    this.#options = options;
    this.#parts = parts;
    this.#registry = registry.create(parts);
    this.#rules = addressRules(allow);
    this.#registrations = new Registrations({
      ...parts,
      registry: this.#registry,
      timeout,
      self: register,
      scope: this.#scope,
    });
  }

  /**
   * Registers an instance and keeps it registered until it is deregistered or the application shuts down.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`, `ENVOL_DISCOVERY_REGISTER_FAILED` (then nothing is left to
   * retry it), `ENVOL_DISCOVERY_CLOSED`
   */
  register(name: string, host: string, port: number): Promise<Registration>;
  register(options: RegisterOptions): Promise<Registration>;
  register(what: string | RegisterOptions, host?: string, port?: number): Promise<Registration> {
    const options = typeof what === 'string' ? { name: what, host, port } : what;
    return this.#scope.runInAsyncScope(() => this.#registrations.add(options));
  }

  /**
   * Registers this process as the `register` option says. For servers that Nest has no event for: call it after
   * `app.listen()` of a microservice. An HTTP server does it by itself. Waits until the application is ready (`Lifecycle`
   * of `@envol/common`). Resolves after the first attempt; if that failed it is tried again in the background. Calling it
   * again changes nothing.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_NOTHING_TO_ANNOUNCE`, `ENVOL_DISCOVERY_INVALID_OPTIONS`, `ENVOL_DISCOVERY_CLOSED`
   */
  announce(address: ListenAddress = {}): Promise<Registration> {
    return this.#scope.runInAsyncScope(() => this.#registrations.announce(address));
  }

  /**
   * Deregisters everything that this process has registered, for good. Happens by itself when the application shuts down;
   * call it before `app.close()` of a microservice, which closes the server first. Takes `timeout` at most and never
   * rejects.
   */
  withdraw(): Promise<void> {
    return this.#registrations.withdraw();
  }

  /**
   * The healthy instances of a service. Waits for the registry only as long as nothing is known of the service.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE` when nothing is known and the registry cannot be read,
   * `ENVOL_DISCOVERY_INVALID_NAME`, `ENVOL_DISCOVERY_TOO_MANY_SERVICES`, `ENVOL_DISCOVERY_CLOSED`
   */
  async discover(name: string, filter?: InstanceFilter): Promise<readonly ServiceInstance[]> {
    const service = this.#service(name);
    await service.whenKnown(this.#options.timeout);
    return filterInstances(service.current, filter);
  }

  /**
   * The healthy instances as they are known now; empty while nothing is known. The first call for a name starts the watch.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_INVALID_NAME`, `ENVOL_DISCOVERY_TOO_MANY_SERVICES`, `ENVOL_DISCOVERY_CLOSED`
   */
  instances(name: string, filter?: InstanceFilter): readonly ServiceInstance[] {
    return filterInstances(this.#service(name).current, filter);
  }

  /**
   * The changes of a service: first the whole list as `added`, as soon as the registry has answered. A slow consumer gets
   * several changes as one. Ends when `signal` is aborted, and when the application shuts down.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_INVALID_NAME`, `ENVOL_DISCOVERY_TOO_MANY_SERVICES`, `ENVOL_DISCOVERY_CLOSED`
   */
  watch(name: string, { signal, filter }: WatchOptions = {}): AsyncIterableIterator<InstancesChange, undefined> {
    return new InstanceWatch(this.#service(name), (instances) => filterInstances(instances, filter), signal);
  }

  /**
   * The live list of a service, as `@envol/load-balancer` takes one.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_INVALID_NAME`, `ENVOL_DISCOVERY_TOO_MANY_SERVICES`, `ENVOL_DISCOVERY_CLOSED`
   */
  source(name: string, filter?: InstanceFilter): LiveInstances {
    return liveInstances(this.#service(name), filter);
  }

  /** What is watched and what is registered, for a management endpoint. */
  describe(): DiscoveryDescription {
    return {
      registry: this.#options.registry.kind,
      services: [...this.#services.values()].map((service) => service.describe()),
      registrations: this.#registrations.describe(),
    };
  }

  /** Withdraws, ends every watch and closes the registry. Lists that were read stay as they are. */
  close(): Promise<void> {
    this.#closed ??= this.#scope.runInAsyncScope(() => this.#close());
    return this.#closed;
  }

  #service(name: string): WatchedService {
    const existing = this.#services.get(name);
    if (existing !== undefined) return existing;
    if (!serviceNameSchema.safeParse(name).success) throw invalidName(name);
    if (this.#closed !== undefined) throw closed('discovery');
    const { maxServices } = this.#options;
    if (this.#services.size >= maxServices) throw tooManyServices(name, maxServices);
    const service = new WatchedService(name, {
      ...this.#parts,
      registry: this.#registry,
      rules: this.#rules,
      scope: this.#scope,
    });
    this.#services.set(name, service);
    return service;
  }

  async #close(): Promise<void> {
    await this.withdraw();
    for (const service of this.#services.values()) service.close();
    await this.#registry.close();
  }
}
