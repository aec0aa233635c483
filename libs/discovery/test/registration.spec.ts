import { inspect } from 'node:util';
import {
  resolveDiscoveryOptions,
  ServiceDiscovery,
  type DiscoveryEvent,
  type SelfRegistrationOptions,
} from '@envol/discovery';
import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { FakeRegistry } from './fake-registry.js';

const ADDRESS = ['places', '10.0.0.7', 3001] as const;
const ID = 'places-10.0.0.7-3001';

function start({
  register,
  whenReady = async () => undefined,
}: { register?: SelfRegistrationOptions; whenReady?: () => Promise<void> } = {}) {
  const clock = new ManualClock();
  const metrics = new RecordingMetrics();
  const registry = new FakeRegistry();
  const events: DiscoveryEvent[] = [];
  const options = resolveDiscoveryOptions({ registry: registry.definition, ...(register && { register }) });
  const onEvent = (event: DiscoveryEvent): void => void events.push(event);
  const discovery = new ServiceDiscovery(options, { clock, metrics, random: () => 1, onEvent, whenReady });
  return { clock, metrics, registry, events, discovery, types: () => events.map(({ type }) => type) };
}
const registrations = (metrics: RecordingMetrics, state: string) =>
  metrics.value('envol_discovery_registrations', { state });

describe('register()', () => {
  it('registers under an id of name, host and port, and renews as often as the registry wants', async () => {
    const { clock, registry, discovery } = start();
    const registration = await discovery.register(...ADDRESS);
    expect(registration).toMatchObject({ id: ID, name: 'places', host: '10.0.0.7', port: 3001, state: 'registered' });
    await clock.advance(10_000);
    expect(registry.calls).toEqual([`register ${ID}`, `renew ${ID}`, `renew ${ID}`]);
  });

  it('leaves a registry alone that wants no renewal', async () => {
    const { clock, registry, discovery } = start();
    registry.renewalInterval = undefined;
    await discovery.register(...ADDRESS);
    await clock.advance(3_600_000);
    expect(registry.calls).toEqual([`register ${ID}`]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('registers again at once when the registry has forgotten', async () => {
    const { clock, registry, discovery, metrics, types } = start();
    const registration = await discovery.register(...ADDRESS);
    registry.registered.clear();
    await clock.advance(5_000);
    expect(registry.registered.has(ID)).toBe(true);
    expect(registration.state).toBe('registered');
    expect(metrics.value('envol_discovery_forgotten_registrations_total')).toBe(1);
    expect(types()).toEqual(['registered', 'forgotten', 'registered']);
  });

  it('does not spin against a registry that forgets at once', async () => {
    const { clock, registry, discovery } = start();
    registry.renew = async () => false;
    await discovery.register(...ADDRESS);
    await clock.advance(50_000);
    expect(registry.calls.filter((call) => call === `register ${ID}`)).toHaveLength(11);
  });

  it('goes on trying while the registry is away, with pauses up to 5 s, and says so once', async () => {
    const { clock, registry, discovery, metrics, types } = start();
    const registration = await discovery.register(...ADDRESS);
    registry.mood = 'failing';
    await clock.advance(65_000);
    expect(registration.state).toBe('unconfirmed');
    expect(discovery.describe().registrations).toEqual([
      expect.objectContaining({ id: ID, state: 'unconfirmed', failure: 'connection refused' }),
    ]);
    expect(metrics.value('envol_discovery_registration_errors_total', { operation: 'renew' })).toBeGreaterThan(10);
    registry.mood = 'well';
    registry.registered.clear();
    await clock.advance(5_000);
    expect(registry.registered.has(ID)).toBe(true);
    expect(registration.state).toBe('registered');
    expect(types()).toEqual(['registered', 'renew-failed', 'forgotten', 'registered']);
  });

  it('fails when the registry cannot be reached, and leaves nothing behind that goes on', async () => {
    const { clock, registry, discovery } = start();
    registry.mood = 'failing';
    await expect(discovery.register(...ADDRESS)).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_REGISTER_FAILED',
      message: `"${ID}" could not be registered: connection refused`,
    });
    await clock.advance(600_000);
    expect(registry.calls).toEqual([`register ${ID}`, `deregister ${ID}`]);
    expect(discovery.describe().registrations).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes the place of a registration with the same id', async () => {
    const { clock, registry, discovery } = start();
    const before = await discovery.register(...ADDRESS);
    await discovery.register({ name: 'places', host: '10.0.0.7', port: 3001, weight: 5 });
    await before.deregister();
    expect(registry.registered.has(ID)).toBe(true);
    expect(discovery.describe().registrations).toHaveLength(1);
    await clock.advance(5_000);
    expect(registry.calls.filter((call) => call.startsWith('renew'))).toHaveLength(1);
  });

  it.each([
    [{ name: 'places', host: '0.0.0.0', port: 80 }, /host: nobody can be called/],
    [{ name: 'places', host: 'http://x', port: 80 }, /host: expected an IP address or a host name/],
    [{ name: 'places', host: 'a', port: 0 }, /port: /],
    [{ name: 'pla ces', host: 'a', port: 80 }, /name: /],
    [{ name: 'places', host: 'a', port: 80, weight: 0.5 }, /weight: /],
    [{ name: 'places', host: 'a', port: 80, meta: { 'a b': '' } }, /meta: /],
    [{ name: 'places', host: 'a', port: 80, id: 'a\nb' }, /id: /],
    [{ name: 'places', host: 'a', port: 80, tags: ['a\nb'] }, /tags\.0: expected text without control characters/],
    [{ name: 'places', host: 'a', port: 80, version: 'a\nb' }, /version: /],
    [{ name: 'places', host: 'a', port: 80, zone: 'a\nb' }, /zone: /],
    [{ name: 'places', host: 'a', port: 80, meta: { a: 'a\nb' } }, /meta\.a: /],
    [{ name: 'places', host: 'a', port: 80, check: { type: 'ttl', ttl: '10ms' } }, /check\.ttl: /],
    [{ name: 'places', host: 'a', port: 80, check: { type: 'http', path: 'health' } }, /check\.path: /],
    [
      { name: 'places', host: 'a', port: 80, check: { type: 'tcp', deregisterAfter: '5s' } },
      /check\.deregisterAfter: /,
    ],
    [{ name: 'places', host: 'a', port: 80, check: { type: 'grpc' } }, /check\.type: /],
    [{ name: 'places', host: 'a', port: 80, wieght: 2 }, /did you mean "weight"/],
  ])('refuses %j before anything is sent', async (options, message) => {
    const { registry, discovery } = start();
    await expect(discovery.register(options as never)).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_INVALID_OPTIONS',
      message: expect.stringMatching(message),
    });
    expect(registry.calls).toEqual([]);
  });
});

describe('deregister()', () => {
  it('ends the renewals, once', async () => {
    const { clock, registry, discovery, types } = start();
    const registration = await discovery.register(...ADDRESS);
    await Promise.all([registration.deregister(), registration.deregister()]);
    await registration.deregister();
    await clock.advance(60_000);
    expect(registry.calls).toEqual([`register ${ID}`, `deregister ${ID}`]);
    expect(types()).toEqual(['registered', 'deregistered']);
    expect(discovery.describe().registrations).toEqual([]);
  });

  it('waits for a renewal under way, which would bring the registration back', async () => {
    const { clock, registry, discovery } = start();
    const registration = await discovery.register(...ADDRESS);
    registry.registered.clear();
    registry.mood = 'gated';
    await clock.advance(5_000);
    const done = registration.deregister();
    await registry.release(); // the renewal: forgotten
    await registry.release(); // so it registers
    expect(registry.registered.has(ID)).toBe(true);
    await registry.release();
    await done;
    expect(registry.registered.has(ID)).toBe(false);
    expect(registry.calls.at(-1)).toBe(`deregister ${ID}`);
  });

  it('fails with a clear error, and can be tried again', async () => {
    const { registry, discovery } = start();
    const registration = await discovery.register(...ADDRESS);
    registry.mood = 'failing';
    await expect(registration.deregister()).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_DEREGISTER_FAILED' });
    expect(discovery.describe().registrations).toHaveLength(1);
    registry.mood = 'well';
    await registration.deregister();
    expect(registry.registered.size).toBe(0);
  });
});

describe('withdraw()', () => {
  it('deregisters everything once, and nothing can be registered after it', async () => {
    const { registry, discovery } = start({ register: { name: 'places', port: 80, host: 'a' } });
    await discovery.register(...ADDRESS);
    await discovery.announce();
    await Promise.all([discovery.withdraw(), discovery.withdraw()]);
    await discovery.close();
    expect(registry.calls.slice(2)).toEqual([`deregister ${ID}`, 'deregister places-a-80', 'close']);
    await expect(discovery.register(...ADDRESS)).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_CLOSED' });
  });

  it.each([2, 3])('leaves nothing behind of %d registrations under one id that are under way', async (count) => {
    const { clock, registry, discovery } = start();
    registry.mood = 'gated';
    const registering = Promise.allSettled(Array.from({ length: count }, () => discovery.register(...ADDRESS)));
    await clock.advance(0);
    expect(registry.calls).toEqual([`register ${ID}`]);
    const withdrawn = discovery.withdraw();
    for (let call = 0; call <= count; call++) await registry.release();
    await withdrawn;
    const outcomes = await registering;
    expect(registry.registered.size).toBe(0);
    expect(registry.calls.at(-1)).toBe(`deregister ${ID}`);
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'ENVOL_DISCOVERY_CLOSED' } });
    expect(discovery.describe().registrations).toEqual([]);
    await clock.advance(60_000);
    expect(registry.registered.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves nothing behind of an announcement that waits for the same id', async () => {
    const { clock, registry, discovery } = start({ register: { name: 'places', host: '10.0.0.7', port: 3001 } });
    registry.mood = 'gated';
    const registering = discovery.register(...ADDRESS);
    await clock.advance(0);
    const announced = discovery.announce();
    const outcomes = Promise.allSettled([registering, announced]);
    await clock.advance(0);
    const withdrawn = discovery.withdraw();
    for (let call = 0; call < 3; call++) await registry.release();
    await withdrawn;
    expect(await outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'ENVOL_DISCOVERY_CLOSED' } },
    ]);
    expect(registry.registered.size).toBe(0);
    expect(registry.calls).toEqual([`register ${ID}`, `deregister ${ID}`]);
  });

  it.each(['hanging', 'failing'] as const)('ends within its timeout when the registry is %s', async (mood) => {
    const { clock, registry, discovery, types } = start();
    await discovery.register(...ADDRESS);
    registry.mood = mood;
    const done = discovery.withdraw();
    await clock.advance(5_000);
    await done;
    expect(types()).toEqual(['registered', 'deregister-failed']);
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('announce()', () => {
  const register = { name: 'places', tags: ['fast'] };

  it('registers once, with the address it is given', async () => {
    const { registry, discovery, metrics } = start({ register });
    expect(discovery.describe().registrations).toEqual([
      { name: 'places', state: 'waiting', since: expect.any(Number) },
    ]);
    expect(registrations(metrics, 'waiting')).toBe(1);
    const [one, other] = await Promise.all([
      discovery.announce({ host: '10.0.0.7', port: 3001 }),
      discovery.announce({ host: '10.0.0.8', port: 3002 }),
    ]);
    expect(one).toBe(other);
    expect(registry.calls).toEqual([`register ${ID}`]);
    expect(registrations(metrics, 'waiting')).toBe(0);
    expect(registrations(metrics, 'registered')).toBe(1);
  });

  it('takes an address of this machine for a server that listens on all of them', async () => {
    const { discovery } = start({ register });
    const { host } = await discovery.announce({ host: '::', port: 3001 });
    expect(host).not.toBe('::');
  });

  it('resolves after the first attempt and goes on trying', async () => {
    const { clock, registry, discovery, metrics, types } = start({ register });
    registry.mood = 'failing';
    const registration = await discovery.announce({ host: '10.0.0.7', port: 3001 });
    expect(registration.state).toBe('registering');
    expect(registrations(metrics, 'registering')).toBe(1);
    expect(discovery.describe().registrations).toEqual([
      expect.objectContaining({ state: 'registering', failure: 'connection refused' }),
    ]);
    await clock.advance(20_000);
    registry.mood = 'well';
    await clock.advance(5_000);
    expect(registration.state).toBe('registered');
    expect(types()).toEqual(['register-failed', 'registered']);
  });

  it('waits until the application is ready', async () => {
    let beReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (beReady = resolve));
    const { clock, registry, discovery } = start({ register, whenReady: () => ready });
    const announced = discovery.announce({ host: '10.0.0.7', port: 3001 });
    await clock.advance(60_000);
    expect(registry.calls).toEqual([]);
    expect(discovery.describe().registrations).toEqual([expect.objectContaining({ state: 'waiting' })]);
    beReady();
    await announced;
    expect(registry.calls).toEqual([`register ${ID}`]);
  });

  it('registers nothing when the application ends while it waits', async () => {
    const { clock, registry, discovery } = start({ register, whenReady: () => new Promise(() => undefined) });
    const closed = expect.objectContaining({ code: 'ENVOL_DISCOVERY_CLOSED' });
    const announced = discovery.announce({ port: 3001 });
    await clock.advance(500);
    await Promise.all([expect(announced).rejects.toEqual(closed), discovery.close()]);
    await expect(discovery.announce({ port: 3001 })).rejects.toEqual(closed);
    expect(registry.calls).toEqual(['close']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('registers nothing when the application will never be ready', async () => {
    const whenReady = () => Promise.reject(new Error('the application drains'));
    const { registry, discovery } = start({ register, whenReady });
    await expect(discovery.announce({ port: 3001 })).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_CLOSED' });
    expect(registry.calls).toEqual([]);
  });

  it('says what is missing, and works when it is given', async () => {
    const { discovery } = start({ register });
    await expect(discovery.announce()).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_NOTHING_TO_ANNOUNCE',
      message: expect.stringContaining('port'),
    });
    await expect(discovery.announce({ port: 99_999 })).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_INVALID_OPTIONS',
    });
    await expect(discovery.announce({ port: 3001 })).resolves.toMatchObject({ port: 3001 });
    await expect(start().discovery.announce({ port: 1 })).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_NOTHING_TO_ANNOUNCE',
      message: expect.stringContaining('`register`'),
    });
  });

  it('shows nothing of its inside to whoever prints it', () => {
    expect(inspect(start({ register }).discovery, { depth: null })).toBe('ServiceDiscovery {}');
  });
});
