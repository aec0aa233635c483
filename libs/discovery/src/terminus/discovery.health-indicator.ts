import { CLOCK, duration, optionsObject, resolveOptions, systemClock, type Clock, type Duration } from '@envol/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { RegistrationDescription, ServiceDescription } from '../core/description.js';
import { serviceNameSchema } from '../core/registration-options.js';
import { ServiceDiscovery } from '../core/service-discovery.js';

/** Options of {@link DiscoveryHealthIndicator.isHealthy}. */
export interface DiscoveryHealthOptions {
  /** A service that is needed. Default: every service that is watched, and the registrations of this process. */
  readonly service?: string;
  /** For so long the registry may be away before that counts. Default `'30s'`. */
  readonly tolerance?: Duration;
}

const healthOptionsSchema = optionsObject({
  service: serviceNameSchema.optional(),
  tolerance: duration(0).default(30_000),
});

/** What is told of a service or a registration. */
interface Details {
  readonly state: string;
  readonly instances?: number;
  /** Since when it is not well. */
  readonly since?: string;
}

/**
 * The health of discovery, for @nestjs/terminus. It tells what is known already; only the first question about a service
 * waits for the registry, `timeout` of the module at most. Provide it in the module of your health controller.
 */
@Injectable()
export class DiscoveryHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: ServiceDiscovery,
    @Optional() @Inject(CLOCK) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * With `service`: `down` while it has no instance, or nothing is known of it. Without: `down` while nothing has been
   * known of a watched service for longer than `tolerance`. `degraded`, which does not fail the health check, while a list
   * or a registration has not been confirmed for longer than that, or instances are held. The details hold no addresses.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
   */
  async isHealthy<const Key extends string>(
    key: Key,
    options: DiscoveryHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const owner = { lib: 'discovery', what: 'isHealthy() options' };
    const { service, tolerance } = resolveOptions(owner, healthOptionsSchema, options);
    return service === undefined ? this.#everything(key, tolerance) : this.#service(key, service, tolerance);
  }

  async #service<const Key extends string>(
    key: Key,
    name: string,
    tolerance: number,
  ): Promise<HealthIndicatorResult<Key>> {
    // Why it failed is in the log, and since when in the description.
    await this.discovery.discover(name).catch(() => undefined);
    const service = this.discovery.describe().services.find((described) => described.name === name);
    const session = this.health.check(key);
    if (service === undefined) return session.down({ service: name, state: 'unknown' });
    const details = { service: name, ...detailsOf(service) };
    if (details.instances === 0) return session.down(details);
    return this.#isTroubled(service, tolerance) ? session.degraded(details) : session.up(details);
  }

  #everything<const Key extends string>(key: Key, tolerance: number): HealthIndicatorResult<Key> {
    const described = this.discovery.describe();
    const troubled = described.services.filter((service) => this.#isTroubled(service, tolerance));
    const unregistered = described.registrations.filter((registration) => this.#isLate(registration, tolerance));
    const services = Object.fromEntries(described.services.map((service) => [service.name, detailsOf(service)]));
    const registrations = Object.fromEntries(described.registrations.map((one) => [one.name, stateOf(one)]));
    const session = this.health.check(key);
    if (troubled.length === 0 && unregistered.length === 0) return session.up({ services, registrations });
    const isDown = troubled.some(({ state }) => state === 'unknown');
    return isDown ? session.down({ services, registrations }) : session.degraded({ services, registrations });
  }

  #isTroubled({ failingSince, heldSince }: ServiceDescription, tolerance: number): boolean {
    return heldSince !== undefined || (failingSince !== undefined && this.clock.now() - failingSince >= tolerance);
  }

  #isLate({ state, since, failure }: RegistrationDescription, tolerance: number): boolean {
    return state !== 'registered' && failure !== undefined && this.clock.now() - since >= tolerance;
  }
}

function detailsOf({ state, instances, failingSince, heldSince }: ServiceDescription): Details {
  const since = failingSince ?? heldSince;
  const listed = instances.filter((instance) => instance.listed).length;
  return { state, instances: listed, ...(since !== undefined && { since: iso(since) }) };
}

function stateOf({ state, since }: RegistrationDescription): Details {
  return state === 'registered' ? { state } : { state, since: iso(since) };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
