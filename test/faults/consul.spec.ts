import { eventually } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { passingInstances } from '../../apps/sample/test/server-contents.js';
import { Readers } from './readers.js';
import { startRealAtlas, type RealAtlas } from './real-atlas.js';

let real: RealAtlas;

beforeAll(async () => {
  real = await startRealAtlas();
}, 150_000);

afterAll(() => real.close(), 60_000);

interface Described {
  readonly places: readonly unknown[];
}

const listed = async (): Promise<number> => (await real.atlas.management<Described>('/describe')).places.length;

describe('Consul', () => {
  it('that is paused costs no call: the last list is kept, and it is followed again when it answers', async () => {
    const readers = new Readers(real.atlas, 10);
    await readers.reads(100);
    await real.servers.consul.pause();
    await readers.reads(2_000);
    expect(await listed()).toBe(3);
    await real.servers.consul.resume();
    await eventually(async () => expect(await passingInstances(real.servers.consul, 'places')).toHaveLength(3), 60_000);
    await readers.reads(100);
    expect(await readers.stop()).toEqual([]);
    expect(await listed()).toBe(3);
  }, 120_000);

  it('that loses its data costs no call: the replicas register anew, and nobody saw an empty list meanwhile', async () => {
    const readers = new Readers(real.atlas, 10);
    const shortest = new ShortestList();
    await readers.reads(100);
    await real.servers.consul.kill();
    await readers.reads(500);
    await real.servers.consul.restart();
    await eventually(async () => expect(await passingInstances(real.servers.consul, 'places')).toHaveLength(3), 60_000);
    await readers.reads(500);
    expect(await readers.stop()).toEqual([]);
    expect(await shortest.stop()).toBe(3);
  }, 120_000);

  it('that is away while a replica dies and returns costs no read either', async () => {
    const readers = new Readers(real.atlas, 10);
    await real.servers.consul.pause();
    const [name, pid] = [...real.atlas.pids].find(([process]) => process.startsWith('places:')) ?? ['', 0];
    process.kill(pid, 'SIGKILL');
    await eventually(() => real.atlas.pids.get(name) !== pid, 60_000);
    await readers.reads(300);
    await real.servers.consul.resume();
    await eventually(async () => expect(await passingInstances(real.servers.consul, 'places')).toHaveLength(3), 60_000);
    expect(await readers.stop()).toEqual([]);
  }, 120_000);
});

/** Watches how many replicas the gateway lists. */
class ShortestList {
  #shortest = Infinity;
  #isDone = false;
  readonly #watching = this.#watch();

  async stop(): Promise<number> {
    this.#isDone = true;
    await this.#watching;
    return this.#shortest;
  }

  async #watch(): Promise<void> {
    while (!this.#isDone) this.#shortest = Math.min(this.#shortest, await listed());
  }
}
