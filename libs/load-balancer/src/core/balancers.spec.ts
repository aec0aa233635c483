import { ManualClock, seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BalancerFactory } from './balancer.js';
import { NoInstancesError } from './errors.js';
import { LoadBalancer } from './load-balancer.js';
import { peakEwma } from './peak-ewma.js';
import type { Server } from './server.js';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';
import { weightedRandom } from './weighted-random.js';

const weightLists = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });

function balancerOf(balancer: BalancerFactory, weights: readonly number[], clock = new ManualClock(), seed = 1) {
  const loadBalancer = new LoadBalancer({ balancer, clock, random: seededRandom(seed) });
  const servers = weights.map((weight, index) => loadBalancer.addServer(`server-${index}`, 3000, weight));
  return { loadBalancer, servers, clock };
}

function serverAt(servers: readonly Server[], index: number): Server {
  const server = servers[index];
  if (server === undefined) throw new Error(`no server ${index}`);
  return server;
}

function countPicks(loadBalancer: LoadBalancer, picks: number): Map<Server, number> {
  const counts = new Map<Server, number>();
  for (let pick = 0; pick < picks; pick += 1) {
    const server = loadBalancer.next();
    counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  return counts;
}

describe.each([
  ['weightedRandom', weightedRandom()],
  ['smoothWeightedRoundRobin', smoothWeightedRoundRobin()],
  ['peakEwma', peakEwma()],
])('%s', (_name, balancer) => {
  it('throws NoInstancesError when there is nobody to pick', () => {
    const { loadBalancer } = balancerOf(balancer, []);
    expect(() => loadBalancer.next()).toThrow(NoInstancesError);
    expect(() => balancer({ clock: new ManualClock(), random: Math.random }).pick([])).toThrow(NoInstancesError);
  });

  it('never picks a server that is not usable while another one is', () => {
    const flags = fc.array(fc.boolean(), { minLength: 2, maxLength: 8 }).filter((list) => list.includes(true));
    fc.assert(
      fc.property(flags, fc.integer(), (available, seed) => {
        const weights = available.map((_, index) => index + 1);
        const { loadBalancer, servers } = balancerOf(balancer, weights, new ManualClock(), seed);
        for (const [index, server] of servers.entries()) loadBalancer.setAvailable(server, available[index] ?? false);
        for (let pick = 0; pick < 50; pick += 1) expect(loadBalancer.next().available).toBe(true);
      }),
    );
  });
});

describe('weightedRandom', () => {
  it('gives every server its share of the picks', () => {
    fc.assert(
      fc.property(weightLists, fc.integer({ min: 1 }), (weights, seed) => {
        const { loadBalancer, servers } = balancerOf(weightedRandom(), weights, new ManualClock(), seed);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const picks = 4_000;
        const counts = countPicks(loadBalancer, picks);
        for (const server of servers) {
          const count = counts.get(server) ?? 0;
          const share = server.weight / sum;
          const sixSigma = 6 * Math.sqrt(picks * share * (1 - share));
          expect(Math.abs(count - picks * share)).toBeLessThanOrEqual(sixSigma + 1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('takes the sum over the usable servers only', () => {
    const { loadBalancer, servers } = balancerOf(weightedRandom(), [1, 1_000, 1]);
    loadBalancer.setAvailable(serverAt(servers, 1), false);
    const counts = countPicks(loadBalancer, 1_000);
    expect(counts.get(serverAt(servers, 0))).toBeGreaterThan(400);
    expect(counts.get(serverAt(servers, 2))).toBeGreaterThan(400);
  });
});

describe('smoothWeightedRoundRobin', () => {
  it('spreads the turns as nginx does: a a b a c a a for the weights 5, 1, 1', () => {
    const { loadBalancer, servers } = balancerOf(smoothWeightedRoundRobin(), [5, 1, 1]);
    const order = Array.from({ length: 14 }, () => 'abc'[servers.indexOf(loadBalancer.next())]);
    expect(order.join(' ')).toBe('a a b a c a a a a b a c a a');
  });

  it('picks each server exactly as often as its weight says in one period, wherever the period begins', () => {
    fc.assert(
      fc.property(weightLists, fc.nat(30), (weights, skipped) => {
        const { loadBalancer, servers } = balancerOf(smoothWeightedRoundRobin(), weights);
        countPicks(loadBalancer, skipped);
        const counts = countPicks(
          loadBalancer,
          weights.reduce((total, weight) => total + weight, 0),
        );
        expect(servers.map((server) => counts.get(server))).toEqual(weights);
      }),
    );
  });

  it('gives a server less after failures, and its weight back pick by pick', () => {
    const { loadBalancer, servers } = balancerOf(smoothWeightedRoundRobin(), [6, 6]);
    const [failing, well] = [serverAt(servers, 0), serverAt(servers, 1)];
    for (let failure = 0; failure < 2; failure += 1) loadBalancer.begin(failing).failed();
    expect(failing.effectiveWeight).toBe(2);
    const counts = countPicks(loadBalancer, 4);
    expect(counts.get(well)).toBeGreaterThan(counts.get(failing) ?? 0);
    expect(failing.effectiveWeight).toBe(6);
  });
});

describe('peakEwma', () => {
  async function answer(loadBalancer: LoadBalancer, server: Server, clock: ManualClock, milliseconds: number) {
    const call = loadBalancer.begin(server);
    await clock.advance(milliseconds);
    call.answered();
    call.end();
  }

  it('takes a peak at once', async () => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma(), [1]);
    const slow = serverAt(servers, 0);
    await answer(loadBalancer, slow, clock, 10);
    expect(slow.cost).toBe(10);
    await answer(loadBalancer, slow, clock, 100);
    expect(slow.cost).toBe(100);
  });

  it.each([
    ['before', 9_900, 'other'],
    ['after', 10_100, 'peaked'],
  ] as const)('forgets a peak by a factor of e in tau: %s that, the better one is chosen', async (_, wait, better) => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma({ tau: '10s' }), [1, 1]);
    const [peaked, other] = [serverAt(servers, 0), serverAt(servers, 1)];
    const latency = 100 / Math.E;
    await answer(loadBalancer, peaked, clock, 100);
    await clock.advance(wait - latency);
    await answer(loadBalancer, other, clock, latency);
    expect(countPicks(loadBalancer, 20)).toEqual(new Map([[{ peaked, other }[better], 20]]));
  });

  it('moves towards a faster answer by the time that passed', async () => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma(), [1]);
    const server = serverAt(servers, 0);
    await answer(loadBalancer, server, clock, 100);
    await answer(loadBalancer, server, clock, 50);
    const remaining = Math.exp(-50 / 10_000);
    expect(server.cost).toBeCloseTo(100 * remaining + 50 * (1 - remaining), 9);
  });

  it('prefers the server with the smaller product of latency and waiting calls', async () => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma(), [1, 1]);
    const [fast, slow] = [serverAt(servers, 0), serverAt(servers, 1)];
    await answer(loadBalancer, slow, clock, 40);
    await answer(loadBalancer, fast, clock, 10);
    expect(countPicks(loadBalancer, 20)).toEqual(new Map([[fast, 20]]));
    for (let waiting = 0; waiting < 4; waiting += 1) loadBalancer.begin(fast);
    expect(countPicks(loadBalancer, 20)).toEqual(new Map([[slow, 20]]));
  });

  it('gives a server that was never measured one call, and no second one before the first is answered', async () => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma(), [1, 1]);
    const [known, fresh] = [serverAt(servers, 0), serverAt(servers, 1)];
    await answer(loadBalancer, known, clock, 500);
    expect(loadBalancer.next()).toBe(fresh);
    const first = loadBalancer.begin(fresh);
    for (let waiting = 0; waiting < 100; waiting += 1) loadBalancer.begin(known);
    expect(countPicks(loadBalancer, 20)).toEqual(new Map([[known, 20]]));
    first.answered();
    expect(loadBalancer.next()).toBe(fresh);
  });

  it('charges a failure at least the time it was given, so that failing fast is not being fast', () => {
    const { loadBalancer, servers } = balancerOf(peakEwma(), [1, 1]);
    const server = serverAt(servers, 0);
    loadBalancer.begin(server).failed(5_000);
    expect(server.cost).toBe(5_000);
  });

  it('does not take an error of the application for speed', async () => {
    const { loadBalancer, servers, clock } = balancerOf(peakEwma(), [1]);
    const server = serverAt(servers, 0);
    await answer(loadBalancer, server, clock, 100);
    const call = loadBalancer.begin(server);
    call.answered(true);
    call.end();
    expect(server).toMatchObject({ cost: 100, failures: 0 });
  });

  it('draws the two servers without bias', () => {
    const { loadBalancer, servers } = balancerOf(peakEwma(), [1, 1, 1, 1]);
    const picks = 8_000;
    const counts = countPicks(loadBalancer, picks);
    for (const server of servers) {
      expect(Math.abs((counts.get(server) ?? 0) - picks / servers.length)).toBeLessThan(
        6 * Math.sqrt(picks / servers.length),
      );
    }
  });

  it('refuses a tau that is no duration', () => {
    expect(() => peakEwma({ tau: 0 })).toThrow(/tau: expected a duration/);
  });
});
