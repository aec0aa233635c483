import { CLOCK } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { ServiceDiscovery, ServiceDiscoveryModule, type SelfRegistrationOptions } from '@envol/discovery';
import { DiscoveryHealthIndicator } from '@envol/discovery/terminus';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { FakeRegistry } from './fake-registry.js';

let app: INestApplicationContext | undefined;
afterEach(() => app?.close());

async function start(register?: SelfRegistrationOptions) {
  const [clock, registry] = [new ManualClock(), new FakeRegistry()];
  @Global()
  @Module({ providers: [{ provide: CLOCK, useValue: clock }], exports: [CLOCK] })
  class ClockModule {}

  const discoveryModule = ServiceDiscoveryModule.forRoot({
    registry: registry.definition,
    ...(register && { register }),
  });
  const testing = await Test.createTestingModule({
    imports: [ClockModule, TerminusModule, discoveryModule],
    providers: [DiscoveryHealthIndicator],
  }).compile();
  testing.useLogger(false);
  app = testing;
  const indicator = testing.get(DiscoveryHealthIndicator);
  const discovery = testing.get(ServiceDiscovery);
  return { clock, registry, indicator, discovery, since: new Date(clock.now()).toISOString() };
}

describe('DiscoveryHealthIndicator for a service', () => {
  const options = { service: 'places' };

  it('is up while it has an instance', async () => {
    const { registry, indicator } = await start();
    const result = indicator.isHealthy('places', options);
    registry.say('places', 'a', 'b');
    expect(await result).toEqual({ places: { status: 'up', service: 'places', state: 'current', instances: 2 } });
  });

  it('is down while it has none', async () => {
    const { registry, indicator } = await start();
    const result = indicator.isHealthy('places', options);
    registry.say('places');
    expect(await result).toEqual({ places: { status: 'down', service: 'places', state: 'current', instances: 0 } });
  });

  it('is down while nothing is known, and says since when, and no address', async () => {
    const { registry, indicator, since } = await start();
    const result = indicator.isHealthy('places', options);
    registry.observers.get('places')?.failed(new Error('connect ECONNREFUSED 10.0.0.1:8500'));
    expect(await result).toEqual({
      places: { status: 'down', service: 'places', state: 'unknown', instances: 0, since },
    });
  });

  it('is degraded while the registry has been away for longer than the tolerance', async () => {
    const { clock, registry, indicator, since } = await start();
    void indicator.isHealthy('places', options);
    registry.say('places', 'a');
    registry.observers.get('places')?.failed(new Error('gone'));
    await clock.advance(29_999);
    expect(await indicator.isHealthy('places', options)).toMatchObject({ places: { status: 'up', state: 'stale' } });
    await clock.advance(1);
    expect(await indicator.isHealthy('places', options)).toEqual({
      places: { status: 'degraded', service: 'places', state: 'stale', instances: 1, since },
    });
  });

  it('is degraded while instances are held', async () => {
    const { registry, indicator } = await start();
    void indicator.isHealthy('places', options);
    registry.say('places', 'a');
    registry.say('places');
    expect(await indicator.isHealthy('places', options)).toMatchObject({
      places: { status: 'degraded', state: 'held', instances: 1 },
    });
  });
});

describe('DiscoveryHealthIndicator for everything', () => {
  it('is up when nothing is watched, and when all is well', async () => {
    const { registry, discovery, indicator } = await start();
    expect(await indicator.isHealthy('discovery')).toEqual({
      discovery: { status: 'up', services: {}, registrations: {} },
    });
    discovery.instances('places');
    registry.say('places', 'a');
    expect(await indicator.isHealthy('discovery')).toEqual({
      discovery: { status: 'up', services: { places: { state: 'current', instances: 1 } }, registrations: {} },
    });
  });

  it('is down when nothing has been known of a service for too long', async () => {
    const { clock, registry, discovery, indicator } = await start();
    discovery.instances('places');
    registry.observers.get('places')?.failed(new Error('gone'));
    expect(await indicator.isHealthy('discovery')).toMatchObject({ discovery: { status: 'up' } });
    await clock.advance(30_000);
    expect(await indicator.isHealthy('discovery')).toMatchObject({ discovery: { status: 'down' } });
    expect(await indicator.isHealthy('discovery', { tolerance: '1m' })).toMatchObject({ discovery: { status: 'up' } });
  });

  it('is degraded when this process cannot be registered', async () => {
    const { clock, registry, discovery, indicator, since } = await start({ name: 'places' });
    registry.mood = 'failing';
    await discovery.announce({ host: '10.0.0.1', port: 80 });
    await clock.advance(30_000);
    expect(await indicator.isHealthy('discovery')).toEqual({
      discovery: { status: 'degraded', services: {}, registrations: { places: { state: 'registering', since } } },
    });
  });

  it('refuses options that it does not know', async () => {
    const { indicator } = await start();
    await expect(indicator.isHealthy('discovery', { servise: 'places' } as never)).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_INVALID_OPTIONS',
    });
  });
});
