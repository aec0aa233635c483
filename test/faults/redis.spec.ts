import { setTimeout as elapse } from 'node:timers/promises';
import { eventually } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redisKeys } from '../../apps/sample/test/server-contents.js';
import { median, Readers } from './readers.js';
import { startRealAtlas, type RealAtlas } from './real-atlas.js';

/** The timeout of one operation on Redis, in milliseconds: what a read pays that waits for a Redis that hangs. */
const REDIS_TIMEOUT = 250;
/** The promise: so long after the fault, in milliseconds, reads are as fast as without Redis. */
const ADAPTED = 2_000;

let real: RealAtlas;

beforeAll(async () => {
  real = await startRealAtlas();
}, 150_000);

afterAll(() => real.close(), 60_000);

const isDown = async (): Promise<boolean> =>
  (await real.atlas.metric('envol_cache_store_down{store="answers/redis"}')) === 1;

describe('Redis', () => {
  it('that is paused costs no read, slows none down after the first two seconds, and is used again when it answers', async () => {
    const readers = new Readers(real.atlas, 10);
    const healthy = median(await readers.reads(300));
    await real.servers.redis.pause();
    // The promise itself is about time that passes.
    await elapse(ADAPTED);
    expect(await isDown()).toBe(true);
    const without = await readers.reads(300);
    await real.servers.redis.resume();
    await eventually(async () => !(await isDown()), 15_000);
    await readers.reads(100);

    expect(await readers.stop()).toEqual([]);
    expect(median(without)).toBeLessThan(Math.max(5 * healthy, REDIS_TIMEOUT / 2));
    await usesRedisAgain();
  }, 90_000);

  it('that is killed costs no read, and is used again, empty, when it is back', async () => {
    const readers = new Readers(real.atlas, 10);
    await readers.reads(100);
    await real.servers.redis.kill();
    await eventually(isDown, 10_000);
    await readers.reads(300);
    await real.servers.redis.restart();
    await eventually(async () => !(await isDown()), 15_000);
    await readers.reads(100);

    expect(await readers.stop()).toEqual([]);
    await usesRedisAgain();
  }, 90_000);
});

/** A read that no layer has yet ends up in Redis. */
async function usesRedisAgain(): Promise<void> {
  const before = (await redisKeys(real.servers.redis)).length;
  const readers = new Readers(real.atlas, 1);
  await readers.reads(20);
  await readers.stop();
  await eventually(async () => expect((await redisKeys(real.servers.redis)).length).toBeGreaterThan(before), 10_000);
}
