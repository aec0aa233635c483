import { ManualClock } from '@envol/common/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { NoInstancesError } from './errors.js';
import { toInstance } from './instance.js';
import { LoadBalancer, type LoadBalancerOptions } from './load-balancer.js';
import { peakEwma } from './peak-ewma.js';
import type { Server } from './server.js';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';

const HOSTS = ['a', 'b', 'c'] as const;

function threeServers(options: LoadBalancerOptions = {}) {
  const clock = new ManualClock();
  const loadBalancer = new LoadBalancer({ balancer: smoothWeightedRoundRobin(), clock, ...options });
  const [a, b, c] = HOSTS.map((host) => loadBalancer.addServer(host, 3000));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three hosts');
  return { clock, loadBalancer, a, b, c };
}

function fail(loadBalancer: LoadBalancer, server: Server, times = 3): void {
  for (let failure = 0; failure < times; failure += 1) loadBalancer.begin(server).failed();
}

describe('the list of a load balancer', () => {
  it('is filled with addServer() and asked with getNextServer(), weight 1 unless told', () => {
    const { loadBalancer } = threeServers();
    const picked = [1, 2, 3].map(() => loadBalancer.getNextServer());
    expect(picked.map(({ host, port, weight }) => `${host}:${port} ${weight}`)).toEqual([
      'a:3000 1',
      'b:3000 1',
      'c:3000 1',
    ]);
  });

  it('keeps what was measured of an address over an update', () => {
    const { loadBalancer, a } = threeServers();
    loadBalancer.begin(a).failed(250);
    const { added, removed } = loadBalancer.update([
      toInstance({ host: 'a', port: 3000, weight: 7, id: 'renamed' }),
      toInstance({ host: 'd', port: 3000 }),
    ]);
    expect(loadBalancer.servers[0]).toBe(a);
    expect(a).toMatchObject({ id: 'renamed', weight: 7, failures: 1 });
    expect(added.map(({ host }) => host)).toEqual(['d']);
    expect(removed.map(({ host }) => host)).toEqual(['b', 'c']);
  });

  it.each([NaN, 0, -5, '3' as never])('refuses the weight %p and stays as it was', (weight) => {
    const { loadBalancer } = threeServers();
    const refused = expect.objectContaining({ code: 'ENVOL_LOAD_BALANCER_INVALID_OPTIONS' });
    expect(() => loadBalancer.addServer('d', 3000, weight)).toThrow(refused);
    expect(() => loadBalancer.update([{ id: 'd', host: 'd', port: 3000, weight }])).toThrow(refused);
    expect(loadBalancer.servers.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
  });

  it('may become empty, and says so', () => {
    const { loadBalancer } = threeServers();
    loadBalancer.update([]);
    expect(() => loadBalancer.next()).toThrow(NoInstancesError);
    expect(() => loadBalancer.nextAvailable()).toThrow(NoInstancesError);
  });

  it('is a list of candidates as a whole when nobody is available', () => {
    const { loadBalancer, a, b, c } = threeServers();
    for (const server of [a, b, c]) loadBalancer.setAvailable(server, false);
    expect(new Set([1, 2, 3].map(() => loadBalancer.next()))).toEqual(new Set([a, b, c]));
    expect(loadBalancer.nextAvailable()).toBeUndefined();
  });

  it('gives another server to a call that tried some, an ejected one only when no other is left', () => {
    const { loadBalancer, a, b, c } = threeServers();
    fail(loadBalancer, a);
    expect(loadBalancer.nextAvailable(new Set([b]))).toBe(c);
    expect(loadBalancer.nextAvailable(new Set([b, c]))).toBe(a);
    expect(loadBalancer.nextAvailable(new Set([a, b, c]))).toBeUndefined();
  });
});

describe('a server that is gone', () => {
  it.each(['removed', 'closed'] as const)('(%s) is not ejected for its last calls: nobody waits for it', (how) => {
    const onEjection = jest.fn();
    const { clock, loadBalancer, a } = threeServers({ onEjection });
    const calls = Array.from({ length: 5 }, () => loadBalancer.begin(a));
    if (how === 'closed') loadBalancer.close();
    else loadBalancer.update(loadBalancer.servers.filter((server) => server !== a));
    for (const call of calls) call.failed();
    expect(onEjection).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });

  it('for the moment (not available) is not ejected either', () => {
    const onEjection = jest.fn();
    const { loadBalancer, a } = threeServers({ onEjection });
    loadBalancer.setAvailable(a, false);
    fail(loadBalancer, a, 5);
    expect(onEjection).not.toHaveBeenCalled();
  });
});

describe('a call', () => {
  it('that its caller gave up makes the server look slower at most, and is no failure', async () => {
    const { clock, loadBalancer, a } = threeServers({ balancer: peakEwma() });
    const [short, long] = [loadBalancer.begin(a), loadBalancer.begin(a)];
    loadBalancer.begin(a).answered();
    await clock.advance(20);
    short.abandoned();
    expect(a.cost).toBe(20);
    await clock.advance(30);
    long.abandoned();
    expect(a.cost).toBe(50);
    loadBalancer.begin(a).abandoned();
    expect(a).toMatchObject({ cost: 50, failures: 0 });
  });

  it('finds a server that has returned from an ejection as good as new', async () => {
    const { clock, loadBalancer, a } = threeServers({ balancer: peakEwma() });
    for (let failure = 0; failure < 3; failure++) loadBalancer.begin(a).failed(5_000);
    expect(a.cost).toBeGreaterThan(0);
    await clock.advance(2_000);
    expect(a).toMatchObject({ cost: 0, ejectedUntil: undefined });
  });

  it('counts as outstanding from its begin to its end, once', () => {
    const { loadBalancer, a } = threeServers();
    const calls = [loadBalancer.begin(a), loadBalancer.begin(a)] as const;
    expect(a.outstanding).toBe(2);
    calls[0].answered();
    calls[0].end();
    calls[0].end();
    calls[0].failed();
    calls[1].failed();
    calls[1].end();
    expect(a).toMatchObject({ outstanding: 0, requests: 2, failures: 1 });
  });
});

describe('ejection', () => {
  it('leaves a server out after three failures in a row, for 2 s, and 4 s the second time in a row', async () => {
    const onEjection = jest.fn();
    const { clock, loadBalancer, a } = threeServers({ onEjection });
    fail(loadBalancer, a);
    expect(a.ejectedUntil).toBe(clock.now() + 2_000);
    expect([1, 2, 3, 4].map(() => loadBalancer.next())).not.toContain(a);
    await clock.advance(1_999);
    expect(a.ejectedUntil).toBeDefined();
    await clock.advance(1);
    expect(a.ejectedUntil).toBeUndefined();
    fail(loadBalancer, a);
    expect(a.ejectedUntil).toBe(clock.now() + 4_000);
    expect(onEjection.mock.calls).toEqual([
      [a, true],
      [a, false],
      [a, true],
    ]);
  });

  it('never lasts longer than maxTime', async () => {
    const { clock, loadBalancer, a } = threeServers({ ejection: { time: '2s', maxTime: '3s' } });
    fail(loadBalancer, a);
    await clock.advance(2_000);
    fail(loadBalancer, a);
    expect(a.ejectedUntil).toBe(clock.now() + 3_000);
  });

  it('begins to count anew after an answer', async () => {
    const { clock, loadBalancer, a } = threeServers();
    fail(loadBalancer, a, 2);
    loadBalancer.begin(a).answered();
    fail(loadBalancer, a, 2);
    expect(a.ejectedUntil).toBeUndefined();
    fail(loadBalancer, a, 1);
    await clock.advance(2_000);
    loadBalancer.begin(a).answered();
    fail(loadBalancer, a);
    expect(a.ejectedUntil).toBe(clock.now() + 2_000);
  });

  it('never takes the last usable server', () => {
    const { loadBalancer, a, b, c } = threeServers();
    for (const server of [a, b, c]) fail(loadBalancer, server, 10);
    expect([a, b, c].map(({ ejectedUntil }) => ejectedUntil !== undefined)).toEqual([true, true, false]);
    expect(loadBalancer.next()).toBe(c);
  });

  it('ends only when the server answers a probe', async () => {
    const answers = [new Error('silent'), new Error('silent'), undefined];
    const probe = jest.fn<(server: Server) => Promise<void>>(async () => {
      const error = answers.shift();
      if (error !== undefined) throw error;
    });
    const { clock, loadBalancer, a } = threeServers({ probe });
    fail(loadBalancer, a);
    await clock.advance(2_999);
    expect(probe.mock.calls).toEqual([[a], [a]]);
    expect(a.ejectedUntil).toBeDefined();
    await clock.advance(1);
    expect(a.ejectedUntil).toBeUndefined();
  });

  it('is not brought on by calls that were begun before the server came back', async () => {
    const { clock, loadBalancer, a } = threeServers();
    const old = [1, 2, 3].map(() => loadBalancer.begin(a));
    fail(loadBalancer, a);
    await clock.advance(2_000);
    for (const call of old) call.failed();
    expect(a.ejectedUntil).toBeUndefined();
  });

  it('is over for a server that can be reached anew', () => {
    const { loadBalancer, a } = threeServers();
    fail(loadBalancer, a);
    loadBalancer.setAvailable(a, false);
    loadBalancer.setAvailable(a, true);
    expect(a).toMatchObject({ ejectedUntil: undefined, cost: 0 });
  });

  it('leaves no timer behind after close()', () => {
    const { clock, loadBalancer, a } = threeServers();
    fail(loadBalancer, a);
    expect(clock.pendingTimers).toBe(1);
    loadBalancer.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    [{ failures: 0 }, /failures/],
    [{ time: '10s', maxTime: '5s' } as const, /maxTime: must not be shorter than `time`/],
  ])('refuses %j', (ejection, message) => {
    expect(() => new LoadBalancer({ ejection })).toThrow(message);
  });
});
