import { ServiceDiscovery, ServiceDiscoveryModule, type RegistryDefinition } from '@envol/discovery';
import { clientToken, LoadBalancedClientProxy, LoadBalancerModule } from '@envol/load-balancer';
import type { DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';

/** The modules of an application that calls `echo`, wherever the registry says it runs. */
export function echoClient(registry: RegistryDefinition): DynamicModule[] {
  return [
    ServiceDiscoveryModule.forRoot({ registry }),
    LoadBalancerModule.forFeatureAsync({
      names: ['echo'],
      inject: [ServiceDiscovery],
      useFactory: (discovery: ServiceDiscovery) => ({
        clients: [{ name: 'echo', instances: discovery.source('echo') }],
      }),
    }),
  ];
}

/** An application that calls `echo`. Nothing is idempotent, so that no retry hides a call that failed. */
export class Gateway {
  readonly #app: TestingModule;
  readonly #client: LoadBalancedClientProxy;

  private constructor(app: TestingModule) {
    this.#app = app;
    this.#client = app.get<LoadBalancedClientProxy>(clientToken('echo'), { strict: false });
  }

  static async start(registry: RegistryDefinition): Promise<Gateway> {
    const app = await Test.createTestingModule({ imports: echoClient(registry) }).compile();
    await app.init();
    return new Gateway(app);
  }

  echo<T>(data: T): Promise<T> {
    return firstValueFrom(this.#client.send<T>('echo', data));
  }

  /** Ports of the instances that it may call. */
  get ports(): readonly number[] {
    const usable = this.#client.describe().filter(({ state }) => state !== 'draining');
    return usable.map(({ port }) => port);
  }

  /** How many calls an instance was sent. */
  callsTo(port: number): number {
    return this.#client.describe().find((instance) => instance.port === port)?.requests ?? 0;
  }

  async close(): Promise<void> {
    await this.#app.close();
  }
}
