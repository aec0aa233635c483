import type { RegistrationRecord } from '../core/registration-options.js';
import type { Registry, RegistryContext, RegistryDefinition, RegistryObserver } from '../core/registry.js';
import { checkIdOf } from './agent-service.js';
import { BlockingQuery } from './blocking-query.js';
import { ConsulClient } from './consul-client.js';
import { resolveConsulOptions, type ConsulOptions, type ResolvedConsulOptions } from './consul-options.js';

/** A TTL check is renewed three times within its time: one renewal may be lost, and one late. */
const RENEWALS_PER_TTL = 3;

/**
 * Services in Consul, through an agent. Every request has a timeout; while the agent is away the last list stays.
 *
 * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
 */
export function consul(options: ConsulOptions = {}): RegistryDefinition {
  const resolved = resolveConsulOptions(options);
  return { kind: 'consul', create: (context) => new ConsulRegistry(resolved, context) };
}

class ConsulRegistry implements Registry {
  readonly holdEmptyFor: number;
  readonly #verifyEvery: number;
  readonly #client: ConsulClient;
  readonly #context: RegistryContext;

  constructor(options: ResolvedConsulOptions, context: RegistryContext) {
    this.holdEmptyFor = options.holdEmptyFor;
    this.#verifyEvery = options.verifyEvery;
    this.#client = new ConsulClient(options, context.clock);
    this.#context = context;
  }

  watch(service: string, observer: RegistryObserver): () => void {
    const query = new BlockingQuery(service, observer, {
      ...this.#context,
      epoch: () => this.#client.epoch,
      query: (index, signal) => this.#client.health(service, index, signal),
    });
    return () => query.stop();
  }

  register(record: RegistrationRecord): Promise<void> {
    return this.#client.register(record);
  }

  renewEvery({ check }: RegistrationRecord): number {
    return check.type === 'ttl' ? check.ttl / RENEWALS_PER_TTL : this.#verifyEvery;
  }

  /** Consul runs HTTP and TCP checks itself; there the agent is only asked whether it still has the registration. */
  renew({ id, check }: RegistrationRecord): Promise<boolean> {
    return check.type === 'ttl' ? this.#client.passCheck(checkIdOf(id)) : this.#client.hasService(id);
  }

  deregister({ id }: RegistrationRecord): Promise<void> {
    return this.#client.deregister(id);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
