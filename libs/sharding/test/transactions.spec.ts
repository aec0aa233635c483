import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isShardUnavailable } from '../src/index.js';
import { City } from './entities.js';
import { closeRouters, connectedRouter, memoryShards } from './support.js';

afterEach(closeRouters);

const city = (id: number) => ({ id, name: `City ${id}`, population: id, region: null });

/** A promise to be resolved by hand. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('transactions on sql.js', () => {
  it('do not mix: one rolls back, the other that ran meanwhile keeps its rows', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const cities = router.repository(City);
    const { opened, open } = gate();
    const failing = cities.transaction(1, async (manager) => {
      await manager.save(City, city(1));
      await opened;
      throw new Error('roll back');
    });
    const succeeding = cities.transaction(2, (manager) => manager.save(City, city(2)));
    const plain = cities.forKey(3).save(city(3));
    open();
    await expect(failing).rejects.toThrow('roll back');
    await Promise.all([succeeding, plain]);
    expect((await cities.forKey(1).find({ order: { id: 'ASC' } })).map(({ id }) => id)).toEqual([2, 3]);
  });

  it('may be nested and rolled back in part', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const cities = router.repository(City);
    await cities.transaction(1, async (manager) => {
      await manager.save(City, city(1));
      await expect(
        manager.transaction(async (inner) => {
          await inner.save(City, city(2));
          throw new Error('inner');
        }),
      ).rejects.toThrow('inner');
    });
    expect(await cities.scatter.count()).toBe(1);
  });

  it('that cannot begin let the next one go on', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1), connectTimeout: '50ms' });
    const runner = router.dataSource('s0').createQueryRunner();
    await expect(runner.startTransaction('REPEATABLE READ')).rejects.toThrow('REPEATABLE READ');
    await router.repository(City).transaction(1, (manager) => manager.save(City, city(1)));
    expect(await router.repository(City).scatter.count()).toBe(1);
  });

  it('are rolled back when the query runner is released in the middle', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1), connectTimeout: '50ms' });
    const runner = router.dataSource('s0').createQueryRunner();
    await runner.startTransaction();
    await runner.manager.save(City, city(1));
    await runner.release();
    expect(await router.repository(City).scatter.count()).toBe(0);
  });

  it('tell after a while who waits for his own transaction', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1), connectTimeout: '50ms' });
    const cities = router.repository(City);
    const waitsForItself = cities.transaction(1, async () => cities.forKey(1).count());
    await expect(waitsForItself).rejects.toThrow('use the manager that it gives you');
    expect(isShardUnavailable(await waitsForItself.catch((error: unknown) => error))).toBe(true);
    expect(await cities.forKey(1).count()).toBe(0);
  });

  it('are not ended by the saving of a file for someone else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'envol-sharding-'));
    const shards = [{ name: 's0', type: 'sqljs' as const, location: join(folder, 's0.sqlite') }];
    const router = await connectedRouter([City], { shards });
    const cities = router.repository(City);
    // Keeps an insert busy between its statement and the saving of the file.
    const [executed, mayEnd] = [gate(), gate()];
    router.dataSource('s0').subscribers.push({
      async afterInsert({ queryRunner }) {
        if (queryRunner.isTransactionActive) return;
        executed.open();
        await mayEnd.opened;
      },
    });
    const inserted = cities.forKey(1).insert(city(1));
    await executed.opened;
    await cities.transaction(2, async (manager) => {
      await manager.save(City, city(2));
      mayEnd.open();
      await new Promise((resolve) => setImmediate(resolve));
    });
    await inserted;
    const rolledBack = cities.transaction(3, async (manager) => {
      await manager.save(City, city(3));
      throw new Error('roll back');
    });
    await expect(rolledBack).rejects.toThrow('roll back');
    await closeRouters();

    const again = await connectedRouter([City], { shards });
    const kept = await again
      .repository(City)
      .forKey(1)
      .find({ order: { id: 'ASC' } });
    expect(kept.map(({ id }) => id)).toEqual([1, 2]);
    await rm(folder, { recursive: true });
  });
});
