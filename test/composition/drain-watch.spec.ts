import { eventually } from '@envol/common/testing';
import { staticRegistry, type RegistryDefinition } from '@envol/discovery';
import { consul } from '@envol/discovery/consul';
import { startService, type Service } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Gateway } from './gateway.js';
import { Replica } from './replica.js';

let agent: Service;
const started: Array<{ close(): Promise<void> }> = [];

beforeAll(async () => {
  agent = await startService('consul');
}, 60_000);
afterEach(async () => {
  for (const part of started.splice(0).toReversed()) await part.close();
});
afterAll(() => agent.stop(), 60_000);

function keep<T extends { close(): Promise<void> }>(part: T): T {
  started.push(part);
  return part;
}

describe.each<[string, () => RegistryDefinition]>([
  ['a static registry', () => staticRegistry()],
  ['Consul', () => consul({ url: agent.url })],
])('discovery, balancer and lifecycle over %s', (_, registryOf) => {
  it('a replica that drains gets no more calls, finishes those it has, and costs none of them', async () => {
    const registry = registryOf();
    let finishSlow: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => (finishSlow = resolve));
    let asked = 0;
    const leaving = await Replica.start(registry, async (data) => {
      if (data === 'slow') {
        asked += 1;
        await slow;
      }
      return data;
    });
    const gateway = keep(await Gateway.start(registry));
    await eventually(() => gateway.ports.length === 1, 20_000);
    const inHand = gateway.echo('slow');
    await eventually(() => asked === 1, 20_000);
    const staying = keep(await Replica.start(registry));
    await eventually(async () => {
      await gateway.echo('hello');
      expect(gateway.callsTo(staying.port)).toBeGreaterThan(0);
    }, 20_000);

    const calls = new Calls(gateway);
    await calls.made(100);
    await leaving.drain();
    await eventually(() => !gateway.ports.includes(leaving.port), 20_000);
    const before = gateway.callsTo(leaving.port);
    await calls.made(100);
    expect(gateway.callsTo(leaving.port)).toBe(before);
    finishSlow?.();
    await expect(inHand).resolves.toBe('slow');
    await leaving.close();
    await calls.made(100);
    expect(await calls.stop()).toEqual([]);
  }, 60_000);

  it('a replica that starts gets calls without a restart of its callers', async () => {
    const registry = registryOf();
    const first = keep(await Replica.start(registry));
    const gateway = keep(await Gateway.start(registry));
    await eventually(() => gateway.echo('anybody there?'), 20_000);
    const second = keep(await Replica.start(registry));
    await eventually(async () => {
      await Promise.all(Array.from({ length: 10 }, () => gateway.echo('hello')));
      expect(gateway.callsTo(second.port)).toBeGreaterThan(0);
      expect(gateway.callsTo(first.port)).toBeGreaterThan(0);
    }, 20_000);
  }, 60_000);
});

/** Ten callers that never pause; one whose call fails stops. */
class Calls {
  #made = 0;
  #isDone = false;
  readonly #failures: unknown[] = [];
  readonly #callers: readonly Promise<void>[];

  constructor(gateway: Gateway) {
    this.#callers = Array.from({ length: 10 }, () => this.#call(gateway));
  }

  async made(count: number): Promise<void> {
    const target = this.#made + count;
    await eventually(() => this.#made >= target || this.#failures.length > 0, 20_000);
  }

  async stop(): Promise<readonly unknown[]> {
    this.#isDone = true;
    await Promise.all(this.#callers);
    return this.#failures;
  }

  async #call(gateway: Gateway): Promise<void> {
    try {
      for (; !this.#isDone; this.#made += 1) await gateway.echo('hello');
    } catch (error) {
      this.#failures.push(error);
    }
  }
}
