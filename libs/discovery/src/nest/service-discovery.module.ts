import {
  CLOCK,
  LIFECYCLE,
  METRICS_SINK,
  noMetrics,
  systemClock,
  type Clock,
  type Lifecycle,
  type MetricsSink,
} from '@envol/common';
import { Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { resolveDiscoveryOptions, type ResolvedDiscoveryOptions } from '../core/discovery-options.js';
import { ServiceDiscovery } from '../core/service-discovery.js';
import { DISCOVERY_OPTIONS, RAW_OPTIONS } from './discovery.tokens.js';
import { logEvent } from './event-log.js';
import { SelfRegistration } from './self-registration.js';
import { ConfigurableModuleClass } from './service-discovery.module-definition.js';

/**
 * Gives the application its {@link ServiceDiscovery}: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`.
 * Global unless `isGlobal: false`. (Nest has a `DiscoveryModule` of its own, which finds providers.)
 */
@Module({
  providers: [
    { provide: DISCOVERY_OPTIONS, useFactory: resolveDiscoveryOptions, inject: [RAW_OPTIONS] },
    {
      provide: ServiceDiscovery,
      useFactory: createServiceDiscovery,
      inject: [
        DISCOVERY_OPTIONS,
        { token: CLOCK, optional: true },
        { token: METRICS_SINK, optional: true },
        { token: LIFECYCLE, optional: true },
      ],
    },
    {
      provide: SelfRegistration,
      useFactory: (options: ResolvedDiscoveryOptions, discovery: ServiceDiscovery, host?: HttpAdapterHost) =>
        new SelfRegistration(options, discovery, host),
      inject: [DISCOVERY_OPTIONS, ServiceDiscovery, { token: HttpAdapterHost, optional: true }],
    },
  ],
  exports: [ServiceDiscovery],
})
export class ServiceDiscoveryModule extends ConfigurableModuleClass implements OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly discovery: ServiceDiscovery,
    private readonly self: SelfRegistration,
  ) {
    super();
  }

  /** The server still answers then. With a `Lifecycle` this has been done as the first step of its drain, and is done once. */
  async onModuleDestroy(): Promise<void> {
    this.self.stop();
    await this.discovery.withdraw();
  }

  /** Not earlier: the requests that the server still finishes look up others. */
  async onApplicationShutdown(): Promise<void> {
    await this.discovery.close();
  }
}

function createServiceDiscovery(
  options: ResolvedDiscoveryOptions,
  clock: Clock = systemClock,
  metrics: MetricsSink = noMetrics,
  lifecycle?: Lifecycle,
): ServiceDiscovery {
  const whenReady = async (): Promise<void> => lifecycle?.whenReady();
  const discovery = new ServiceDiscovery(options, {
    clock,
    metrics,
    random: Math.random,
    onEvent: logEvent,
    whenReady,
  });
  lifecycle?.onDrain(() => discovery.withdraw(), { first: true });
  return discovery;
}
