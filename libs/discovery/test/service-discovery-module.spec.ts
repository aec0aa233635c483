import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CLOCK, EnvolError, LIFECYCLE, Lifecycle, LifecycleModule, METRICS_SINK } from '@envol/common';
import { eventually, ManualClock, RecordingMetrics } from '@envol/common/testing';
import {
  ServiceDiscovery,
  ServiceDiscoveryModule,
  staticRegistry,
  type SelfRegistrationOptions,
  type ServiceDiscoveryModuleOptions,
} from '@envol/discovery';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, Module, type INestApplication, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { FakeRegistry } from './fake-registry.js';

const apps: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

@Controller()
class PlacesController {
  @Get('/health')
  health(): string {
    return 'well';
  }

  @MessagePattern('place')
  place(): string {
    return 'Zürich';
  }
}

/** An application with an HTTP server that registers itself. */
async function createApp(options: ServiceDiscoveryModuleOptions, imports: object[] = []): Promise<INestApplication> {
  @Module({ imports: [...imports, ServiceDiscoveryModule.forRoot(options)] as never, controllers: [PlacesController] })
  class AppModule {}
  const app = await NestFactory.create(AppModule, { logger: false });
  apps.push(app);
  return app;
}

const portOf = (app: INestApplication) => ((app.getHttpServer() as Server).address() as AddressInfo).port;
const register: SelfRegistrationOptions = { name: 'places' };

describe('ServiceDiscoveryModule', () => {
  it('gives every module a ServiceDiscovery, with options of other providers', async () => {
    @Global()
    @Module({ providers: [{ provide: 'HOST', useValue: '10.0.0.1' }], exports: ['HOST'] })
    class ConfigModule {}

    const module = await Test.createTestingModule({
      imports: [
        ConfigModule,
        ServiceDiscoveryModule.forRootAsync({
          inject: ['HOST'],
          useFactory: (host: string) => ({ registry: staticRegistry({ places: [{ host, port: 80 }] }) }),
        }),
      ],
    }).compile();
    apps.push(module);
    expect(await module.get(ServiceDiscovery).discover('places')).toMatchObject([{ host: '10.0.0.1', port: 80 }]);
  });

  it('refuses options that it does not know, at start', async () => {
    const imports = [ServiceDiscoveryModule.forRoot({ registry: staticRegistry(), registr: {} } as never)];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_INVALID_OPTIONS',
    });
  });

  it('uses the clock and the metrics of the application', async () => {
    const [clock, metrics, registry] = [new ManualClock(), new RecordingMetrics(), new FakeRegistry()];
    const providers = [
      { provide: CLOCK, useValue: clock },
      { provide: METRICS_SINK, useValue: metrics },
    ];
    @Global()
    @Module({ providers, exports: providers })
    class EnvironmentModule {}

    const imports = [EnvironmentModule, ServiceDiscoveryModule.forRoot({ registry: registry.definition })];
    const module = await Test.createTestingModule({ imports }).compile();
    apps.push(module);
    await module.get(ServiceDiscovery).register('places', '10.0.0.1', 80);
    await clock.advance(5_000);
    expect(registry.calls.at(-1)).toBe('renew places-10.0.0.1-80');
    expect(metrics.value('envol_discovery_registrations', { state: 'registered' })).toBe(1);
  });

  it('keeps two applications of one process apart', async () => {
    const one = await createApp({ registry: staticRegistry({ places: [{ host: 'one', port: 80 }] }) });
    const other = await createApp({ registry: staticRegistry({ places: [{ host: 'other', port: 80 }] }) });
    expect(one.get(ServiceDiscovery).instances('places')).toMatchObject([{ host: 'one' }]);
    expect(other.get(ServiceDiscovery).instances('places')).toMatchObject([{ host: 'other' }]);
  });

  it('ends the watches when the application ends', async () => {
    const app = await createApp({ registry: staticRegistry() });
    const watch = app.get(ServiceDiscovery).watch('places');
    await watch.next();
    const waiting = watch.next();
    await app.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});

describe('an application with an HTTP server', () => {
  it('registers when it listens and not before, with its real port', async () => {
    const registry = staticRegistry();
    const app = await createApp({ registry, register });
    const discovery = app.get(ServiceDiscovery);
    await app.init();
    expect(discovery.instances('places')).toEqual([]);
    expect(discovery.describe().registrations).toMatchObject([{ name: 'places', state: 'waiting' }]);
    await app.listen(0, '127.0.0.1');
    const port = portOf(app);
    await eventually(() =>
      expect(discovery.instances('places')).toMatchObject([
        { id: `places-127.0.0.1-${port}`, host: '127.0.0.1', port },
      ]),
    );
    const [instance] = discovery.instances('places');
    const response = await fetch(`http://${instance?.host}:${instance?.port}/health`);
    expect(await response.text()).toBe('well');
  });

  it('registers an address of the machine when it listens on all of them', async () => {
    const app = await createApp({ registry: staticRegistry(), register });
    await app.listen(0);
    const [instance] = await eventually(() => {
      const found = app.get(ServiceDiscovery).instances('places');
      expect(found).toHaveLength(1);
      return found;
    });
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    expect(own).toContain(instance?.host);
  });

  it('registers the host and port of the options instead, for servers behind a mapping', async () => {
    const mapped = { ...register, host: 'places.example', port: 443 };
    const app = await createApp({ registry: staticRegistry(), register: mapped });
    await app.listen(0, '127.0.0.1');
    await eventually(() =>
      expect(app.get(ServiceDiscovery).instances('places')).toMatchObject([{ host: 'places.example', port: 443 }]),
    );
  });

  it('starts also when it cannot register, and goes on trying', async () => {
    const registry = new FakeRegistry();
    registry.mood = 'failing';
    const app = await createApp({ registry: registry.definition, register });
    await app.listen(0, '127.0.0.1');
    const states = () => app.get(ServiceDiscovery).describe().registrations;
    await eventually(() => expect(states()).toMatchObject([{ state: 'registering', failure: 'connection refused' }]));
    registry.mood = 'well';
    await eventually(() => expect(states()).toMatchObject([{ state: 'registered' }]), 30_000);
  });

  it('deregisters while the server still answers, once', async () => {
    const registry = new FakeRegistry();
    const app = await createApp({ registry: registry.definition, register });
    await app.listen(0, '127.0.0.1');
    await eventually(() => expect(registry.registered.size).toBe(1));
    const url = `http://127.0.0.1:${portOf(app)}/health`;
    registry.mood = 'gated';
    const closed = app.close();
    await eventually(() => expect(registry.calls.at(-1)).toMatch(/^deregister/));
    expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200);
    await registry.release();
    await closed;
    expect(registry.calls.filter((call) => call.startsWith('deregister'))).toHaveLength(1);
    expect(registry.calls.at(-1)).toBe('close');
  });

  it('registers nothing when it is closed before it listens', async () => {
    const registry = new FakeRegistry();
    const app = await createApp({ registry: registry.definition, register });
    await app.init();
    await app.close();
    expect(registry.calls).toEqual(['close']);
  });
});

describe('with a Lifecycle', () => {
  it('deregisters as a step of the drain, before anything of the application is destroyed', async () => {
    const registry = new FakeRegistry();
    @Module({})
    class UserModule implements OnModuleDestroy {
      onModuleDestroy(): void {
        registry.calls.push('a module of the user is destroyed');
      }
    }
    const app = await createApp({ registry: registry.definition, register }, [LifecycleModule, UserModule]);
    await app.listen(0, '127.0.0.1');
    await eventually(() => expect(registry.registered.size).toBe(1));
    const id = [...registry.registered][0];
    await app.get(Lifecycle).drain();
    expect(registry.registered.size).toBe(0);
    await app.close();
    expect(registry.calls).toEqual([
      `register ${id}`,
      `deregister ${id}`,
      'a module of the user is destroyed',
      'close',
    ]);
  });

  it('deregisters before what else is to be done on drain, also when that was added earlier', async () => {
    const registry = new FakeRegistry();
    const lifecycle = new Lifecycle();
    lifecycle.onDrain(() => void registry.calls.push('a step of the user'));
    const providers = [{ provide: LIFECYCLE, useValue: lifecycle }];
    @Global()
    @Module({ providers, exports: providers })
    class UserModule {}

    const app = await createApp({ registry: registry.definition, register }, [UserModule]);
    await app.listen(0, '127.0.0.1');
    await eventually(() => expect(registry.registered.size).toBe(1));
    await lifecycle.drain();
    expect(registry.calls).toEqual([
      expect.stringMatching(/^register/),
      expect.stringMatching(/^deregister/),
      'a step of the user',
    ]);
  });

  it('registers nothing when the application drains before it is ready', async () => {
    const registry = new FakeRegistry();
    const app = await createApp({ registry: registry.definition, register }, [LifecycleModule]);
    const lifecycle = app.get(Lifecycle);
    void lifecycle.waitFor('cache', new Promise<void>(() => undefined));
    await app.listen(0, '127.0.0.1');
    const announced = app.get(ServiceDiscovery).announce({ port: portOf(app) });
    await Promise.all([expect(announced).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_CLOSED' }), lifecycle.drain()]);
    await app.close();
    expect(registry.calls).toEqual(['close']);
  });

  it('does not register before the application is ready', async () => {
    const registry = new FakeRegistry();
    const app = await createApp({ registry: registry.definition, register }, [LifecycleModule]);
    let warm: () => void = () => undefined;
    void app.get(Lifecycle).waitFor('cache', new Promise<void>((resolve) => (warm = resolve)));
    await app.listen(0, '127.0.0.1');
    const { registrations } = app.get(ServiceDiscovery).describe();
    expect(registrations).toMatchObject([{ state: 'waiting' }]);
    expect(registry.calls).toEqual([]);
    warm();
    await eventually(() => expect(registry.registered.size).toBe(1));
  });
});

describe('a microservice', () => {
  const createMicroservice = async (options: ServiceDiscoveryModuleOptions) => {
    @Module({ imports: [ServiceDiscoveryModule.forRoot(options)], controllers: [PlacesController] })
    class AppModule {}
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: false,
    });
    apps.push(app);
    return app;
  };

  it('is registered by announce() after listen(), and deregisters with withdraw() before its server is closed', async () => {
    const registry = new FakeRegistry();
    const app = await createMicroservice({ registry: registry.definition, register });
    await app.listen();
    expect(registry.calls).toEqual([]);
    const server = app.unwrap<Server>();
    const { address: host, port } = server.address() as AddressInfo;
    const discovery = app.get(ServiceDiscovery);
    await discovery.announce({ host, port });
    expect(registry.calls).toEqual([`register places-127.0.0.1-${port}`]);
    await discovery.withdraw();
    expect(server.listening).toBe(true);
    expect(registry.calls.at(-1)).toBe(`deregister places-127.0.0.1-${port}`);
    await app.close();
    expect(registry.calls.filter((call) => call.startsWith('deregister'))).toHaveLength(1);
  });

  it('gets a clear error for what it does not say', async () => {
    const app = await createMicroservice({ registry: staticRegistry(), register });
    const error: unknown = await app
      .get(ServiceDiscovery)
      .announce()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvolError);
    expect(error).toMatchObject({ code: 'ENVOL_DISCOVERY_NOTHING_TO_ANNOUNCE' });
  });
});
