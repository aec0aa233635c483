import { CLOCK, EnvolError, METRICS_SINK, type Clock, type MetricsSink } from '@envol/common';
import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import type { LoadBalancedClientOptions } from '../core/client-options.js';
import { clientToken } from './inject-client.js';
import { LoadBalancedClientProxy } from './load-balanced-client-proxy.js';

/** The clients that a module uses. */
export interface LoadBalancerFeatureOptions {
  readonly clients: readonly LoadBalancedClientOptions[];
}

/** The same from a factory. */
export interface LoadBalancerFeatureAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<LoadBalancerFeatureOptions>, 'inject' | 'useFactory'> {
  /** The names of the clients that the factory will describe: their tokens are needed before it runs. */
  readonly names: readonly string[];
}

const ENVIRONMENT = [
  { token: METRICS_SINK, optional: true },
  { token: CLOCK, optional: true },
];

/** Load-balanced clients for TCP microservices, injected with `@InjectClient(name)` where the module is imported. */
@Module({})
export class LoadBalancerModule {
  /** Options that are wrong stop the start with `ENVOL_LOAD_BALANCER_INVALID_OPTIONS`. */
  static forFeature({ clients }: LoadBalancerFeatureOptions): DynamicModule {
    const providers = clients.map((options): FactoryProvider<LoadBalancedClientProxy> => ({
      provide: clientToken(options.name),
      useFactory: (metrics?: MetricsSink, clock?: Clock) => new LoadBalancedClientProxy(options, { metrics, clock }),
      inject: ENVIRONMENT,
    }));
    return { module: LoadBalancerModule, providers, exports: providers };
  }

  /** The same with options that are known later. The factory runs once. */
  static forFeatureAsync(options: LoadBalancerFeatureAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory, names } = options;
    const feature = Symbol('envol:load-balancer:feature');
    const clients = names.map((name): FactoryProvider<LoadBalancedClientProxy> => ({
      provide: clientToken(name),
      useFactory: (described: LoadBalancerFeatureOptions, metrics?: MetricsSink, clock?: Clock) =>
        new LoadBalancedClientProxy(clientNamed(name, names, described), { metrics, clock }),
      inject: [feature, ...ENVIRONMENT],
    }));
    return {
      module: LoadBalancerModule,
      imports,
      providers: [{ provide: feature, useFactory, inject }, ...clients],
      exports: clients,
    };
  }
}

function clientNamed(
  name: string,
  names: readonly string[],
  { clients }: LoadBalancerFeatureOptions,
): LoadBalancedClientOptions {
  const described = clients.map((client) => client.name);
  const found = clients.find((client) => client.name === name);
  const unnamed = described.filter((other) => !names.includes(other));
  if (found !== undefined && unnamed.length === 0) return found;
  throw new EnvolError(
    'ENVOL_LOAD_BALANCER_NAMES_DIFFER',
    `forFeatureAsync names the clients ${names.join(', ')}, but its factory describes ${described.join(', ') || 'none'}.`,
    'Give `names` exactly the names of the clients that the factory returns.',
  );
}
