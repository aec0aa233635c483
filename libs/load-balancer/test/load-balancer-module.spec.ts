import { CLOCK, METRICS_SINK } from '@envol/common';
import { eventually, ManualClock, RecordingMetrics } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Global, Injectable, Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientsModule,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import {
  clientToken,
  InjectClient,
  LoadBalancedClientProxy,
  LoadBalancerModule,
  weightedRandom,
  type LoadBalancedClientOptions,
} from '../src/index.js';
import { portOf } from './ports.js';

Logger.overrideLogger(false);

@Controller()
class PlacesController {
  @MessagePattern({ cmd: 'place', version: 1 })
  place(@Payload() { id }: { id: number }) {
    if (id < 0) throw new RpcException({ code: 'NO_SUCH_PLACE', id });
    return { id, name: 'Łódź' };
  }
}

@Module({ controllers: [PlacesController] })
class PlacesModule {}

@Injectable()
class Places {
  constructor(@InjectClient('places') readonly client: LoadBalancedClientProxy) {}

  get(id: number): Promise<unknown> {
    return firstValueFrom(this.client.send({ version: 1, cmd: 'place' }, { id }));
  }
}

const metrics = new RecordingMetrics();

@Global()
@Module({
  providers: [
    { provide: METRICS_SINK, useValue: metrics },
    { provide: 'PLACES_PORT', useFactory: () => port },
  ],
  exports: [METRICS_SINK, 'PLACES_PORT'],
})
class EnvironmentModule {}

let port = 0;
let microservice: INestMicroservice;

beforeAll(async () => {
  microservice = await NestFactory.createMicroservice<MicroserviceOptions>(PlacesModule, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0 },
  });
  await microservice.listen();
  port = portOf(microservice.unwrap());
});
afterAll(() => microservice.close());

function placesClient(options: Partial<LoadBalancedClientOptions> = {}): LoadBalancedClientOptions {
  return { name: 'places', instances: [{ host: '127.0.0.1', port }], ...options };
}

async function start(...imports: NonNullable<Parameters<typeof Module>[0]['imports']>) {
  @Module({ imports, providers: [Places] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
  return { app, places: app.get(Places) };
}

describe('LoadBalancerModule', () => {
  it('injects a client by name, connects it at the start and closes it at the end', async () => {
    const { app, places } = await start(LoadBalancerModule.forFeature({ clients: [placesClient()] }));
    await eventually(() => places.client.describe()[0]?.state === 'ready');
    await expect(places.get(7)).resolves.toEqual({ id: 7, name: 'Łódź' });
    expect(app.get(clientToken('places'))).toBe(places.client);
    await app.close();
    await expect(places.get(7)).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_CLOSED' });
  });

  it('starts and serves although an instance is dead, and although all are', async () => {
    const dead = { host: '127.0.0.1', port: 1 };
    const instances = [dead, { host: '127.0.0.1', port }];
    const { app, places } = await start(LoadBalancerModule.forFeature({ clients: [placesClient({ instances })] }));
    await expect(places.get(7)).resolves.toMatchObject({ id: 7 });
    await app.close();
    const none = await start(LoadBalancerModule.forFeature({ clients: [placesClient({ instances: [dead] })] }));
    await expect(none.places.get(7)).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_UNAVAILABLE' });
    await none.app.close();
  });

  it('passes an RpcException on as the handler threw it', async () => {
    const { app, places } = await start(LoadBalancerModule.forFeature({ clients: [placesClient()] }));
    await expect(places.get(-1)).rejects.toEqual({ code: 'NO_SUCH_PLACE', id: -1 });
    await app.close();
  });

  it('takes options from a factory, metrics and the clock from the application', async () => {
    const feature = LoadBalancerModule.forFeatureAsync({
      names: ['places'],
      inject: ['PLACES_PORT'],
      useFactory: async (injected: number) => ({
        clients: [placesClient({ instances: [{ host: '127.0.0.1', port: injected }], balancer: weightedRandom() })],
      }),
    });
    const { app, places } = await start(EnvironmentModule, feature);
    await expect(places.get(7)).resolves.toMatchObject({ id: 7 });
    expect(metrics.value('envol_load_balancer_requests_total', { client: 'places', outcome: 'ok' })).toBe(1);
    await app.close();
  });

  it('takes the time from the clock of the application', async () => {
    const clock = new ManualClock();

    @Global()
    @Module({ providers: [{ provide: CLOCK, useValue: clock }], exports: [CLOCK] })
    class ClockModule {}

    const dead = [{ host: '127.0.0.1', port: 1 }];
    const feature = LoadBalancerModule.forFeature({ clients: [placesClient({ instances: dead })] });
    const { app, places } = await start(ClockModule, feature);
    await eventually(() => places.client.describe()[0]?.state === 'unreachable');
    expect(clock.pendingTimers).toBe(1);
    await app.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses wrong options alike, given directly or by a factory', async () => {
    const clients = [{ ...placesClient(), conectTimeout: '1s' }];
    const error = {
      code: 'ENVOL_LOAD_BALANCER_INVALID_OPTIONS',
      message: expect.stringContaining(
        'client "places": options: "conectTimeout" is not an option, did you mean "connectTimeout"?',
      ),
    };
    const direct = LoadBalancerModule.forFeature({ clients });
    const byFactory = LoadBalancerModule.forFeatureAsync({ names: ['places'], useFactory: () => ({ clients }) });
    await expect(start(direct)).rejects.toMatchObject(error);
    await expect(start(byFactory)).rejects.toMatchObject(error);
  });

  it('refuses a factory that describes other clients than were named', async () => {
    const feature = LoadBalancerModule.forFeatureAsync({
      names: ['places'],
      useFactory: () => ({ clients: [placesClient(), placesClient({ name: 'users' })] }),
    });
    await expect(start(feature)).rejects.toMatchObject({
      code: 'ENVOL_LOAD_BALANCER_NAMES_DIFFER',
      message: expect.stringContaining('names the clients places, but its factory describes places, users'),
    });
  });

  it('is not needed: the client also works as the customClass of a ClientsModule', async () => {
    const clients = ClientsModule.register([
      { name: clientToken('places'), customClass: LoadBalancedClientProxy, options: placesClient() },
    ]);
    const { app, places } = await start(clients);
    await expect(places.get(7)).resolves.toMatchObject({ id: 7 });
    await app.close();
    await expect(places.get(7)).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_CLOSED' });
  });
});
