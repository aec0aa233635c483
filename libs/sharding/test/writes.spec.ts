import { afterEach, describe, expect, it } from '@jest/globals';
import { isEnvolError } from '@envol/common';
import { slotOf, type ShardRouter } from '../src/index.js';
import { City, Customer, Order } from './entities.js';
import { closeRouters, connectedRouter, keyOn, keysOn, memoryShards } from './support.js';

afterEach(closeRouters);

const city = (id: number) => ({ id, name: `City ${id}`, population: 7, region: null });
const code = (what: string) => expect.objectContaining({ code: `ENVOL_SHARDING_${what}` });

async function storedSlot(router: ShardRouter, id: number): Promise<unknown> {
  const rows: unknown = await router
    .dataSource(router.shardOf(id))
    .query('SELECT shard_slot FROM city WHERE id = ?', [id]);
  return rows;
}

describe('a row holds its slot', () => {
  it.each<[string, (router: ShardRouter, id: number) => Promise<unknown>]>([
    ['save of a plain object', (router, id) => router.repository(City).forKey(id).save(city(id))],
    [
      'save of an entity',
      (router, id) => {
        const repository = router.repository(City).forKey(id);
        return repository.save(repository.create(city(id)));
      },
    ],
    ['insert', (router, id) => router.repository(City).forKey(id).insert(city(id))],
    ['upsert', (router, id) => router.repository(City).forKey(id).upsert(city(id), ['id'])],
    [
      'the insert query builder',
      (router, id) => router.repository(City).forKey(id).createQueryBuilder().insert().values(city(id)).execute(),
    ],
    [
      'a transaction',
      (router, id) => router.repository(City).transaction(id, (manager) => manager.save(City, city(id))),
    ],
    ['the data source', (router, id) => router.dataSource(router.shardOf(id)).manager.insert(City, city(id))],
    [
      'raw SQL with slotOf',
      (router, id) =>
        router
          .dataSource(router.shardOf(id))
          .query(`INSERT INTO city (id, name, population, shard_slot) VALUES (?, 'x', 1, ?)`, [id, router.slotOf(id)]),
    ],
  ])('when it is written by %s', async (_, write) => {
    const router = await connectedRouter([City], { shards: memoryShards(3) });
    for (const shard of router.shards) {
      const id = keyOn(router, shard);
      await write(router, id);
      expect(await storedSlot(router, id)).toEqual([{ shard_slot: slotOf(id) }]);
    }
  });

  it('also after an upsert over it and after an update', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const repository = router.repository(City).forKey(5);
    await repository.upsert(city(5), ['id']);
    await repository.upsert({ ...city(5), name: 'Other' }, ['id']);
    await repository.update({ id: 5 }, { population: 8 });
    expect(await repository.findOneByOrFail({ id: 5 })).toMatchObject({ name: 'Other', population: 8 });
    expect(await storedSlot(router, 5)).toEqual([{ shard_slot: slotOf(5) }]);
  });

  it.each<[string, (router: ShardRouter) => Promise<unknown>]>([
    [
      'raw SQL',
      (router) => router.dataSource('s0').query(`INSERT INTO city (id, name, population) VALUES (1, 'x', 1)`),
    ],
    ['save without listeners', (router) => router.repository(City).forKey(1).save(city(1), { listeners: false })],
    [
      'a query builder without listeners',
      (router) =>
        router.repository(City).forKey(1).createQueryBuilder().insert().values(city(1)).callListeners(false).execute(),
    ],
  ])('or is refused by NOT NULL: %s', async (_, write) => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    await expect(write(router)).rejects.toThrow('NOT NULL constraint failed: city.shard_slot');
  });

  it('and does not show it', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const repository = router.repository(City).forKey(1);
    const saved = await repository.save(city(1));
    const read = await repository.findOneByOrFail({ id: 1 });
    for (const row of [saved, read, Object.assign({}, read), repository.create(read)]) {
      expect(JSON.parse(JSON.stringify(row))).toEqual(city(1));
      expect(Object.keys(row)).not.toContain('shardSlot');
    }
  });

  it('and is not written again when nothing changed', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const repository = router.repository(City).forKey(1);
    await repository.save(city(1));
    const before: unknown = await router.dataSource('s0').query('SELECT total_changes() AS changes');
    await repository.save(await repository.findOneByOrFail({ id: 1 }));
    expect(await router.dataSource('s0').query('SELECT total_changes() AS changes')).toEqual(before);
  });
});

describe('a row of another shard is refused', () => {
  it.each<[string, (router: ShardRouter, here: number, elsewhere: number) => Promise<unknown>]>([
    ['save', (router, here, elsewhere) => router.repository(City).forKey(here).save(city(elsewhere))],
    ['insert', (router, here, elsewhere) => router.repository(City).forKey(here).insert(city(elsewhere))],
    ['upsert', (router, here, elsewhere) => router.repository(City).forKey(here).upsert(city(elsewhere), ['id'])],
    [
      'one of many',
      (router, here, elsewhere) =>
        router
          .repository(City)
          .forKey(here)
          .insert([city(here), city(elsewhere)]),
    ],
    [
      'a transaction',
      (router, here, elsewhere) =>
        router.repository(City).transaction(here, async (manager) => {
          await manager.save(City, city(here));
          await manager.save(City, city(elsewhere));
        }),
    ],
    [
      'each',
      (router, _, elsewhere) =>
        router.repository(City).scatter.each((repository) => repository.insert(city(elsewhere))),
    ],
  ])('by %s, and nothing is written there', async (_, write) => {
    const router = await connectedRouter([City], { shards: memoryShards(2) });
    const error: unknown = await write(router, keyOn(router, 's0'), keyOn(router, 's1')).catch(
      (caught: unknown) => caught,
    );
    const cause = isEnvolError(error, 'ENVOL_SHARDING_SCATTER_FAILED') ? error.cause : error;
    expect(cause).toEqual(code('WRONG_SHARD'));
    expect(await router.dataSource('s0').getRepository(City).count()).toBe(0);
  });

  it('but another key of the same shard is not', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(2) });
    const [here = 0, sibling = 0] = keysOn(router, 's0', 2);
    await router.repository(City).forKey(here).save(city(sibling));
    expect(await router.repository(City).forKey(sibling).countBy({ id: sibling })).toBe(1);
  });

  it('also when it comes along as the parent of a row', async () => {
    const router = await connectedRouter([Customer, Order], { shards: memoryShards(2) });
    const customerId = keyOn(router, 's0');
    const orders = router.repository(Order).forKey(customerId);
    await orders.save({ reference: 'a', customer: { id: customerId, name: 'Ann' } });
    const [order] = await orders.find({ relations: { customer: true } });
    expect(order?.customer).toEqual({ id: customerId, name: 'Ann' });
    await expect(orders.save({ reference: 'b', customer: { id: keyOn(router, 's1'), name: 'Bob' } })).rejects.toEqual(
      code('WRONG_SHARD'),
    );
  });
});

describe('a row without a usable key is refused', () => {
  it.each([[undefined], [null], [1.5], ['042'], ['x'], [() => '7']])('%p', async (id) => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    const row: object = { ...city(1), id };
    await expect(
      router.dataSource('s0').createQueryBuilder().insert().into('City').values(row).execute(),
    ).rejects.toEqual(code('INVALID_KEY'));
  });

  it('by forKey too, before anything is asked', async () => {
    const router = await connectedRouter([City], { shards: memoryShards(1) });
    expect(() => router.repository(City).forKey('042')).toThrow(code('INVALID_KEY'));
    expect(() => router.repository(City).forKey(new Date())).toThrow(code('INVALID_KEY'));
  });
});

describe('a change of the shard key is refused', () => {
  async function withOrder() {
    const router = await connectedRouter([Customer, Order], { shards: memoryShards(1) });
    await router.dataSource('s0').manager.save(Customer, [
      { id: 1, name: 'Ann' },
      { id: 2, name: 'Bob' },
    ]);
    const orders = router.repository(Order).forKey(1);
    const order = await orders.save({ reference: 'a', customerId: 1 });
    return { orders, order };
  }

  it.each<[string, (given: Awaited<ReturnType<typeof withOrder>>) => Promise<unknown>]>([
    ['save', ({ orders, order }) => orders.save(Object.assign(order, { customerId: 2 }))],
    ['save of the relation', ({ orders, order }) => orders.save({ id: order.id, customer: { id: 2 } })],
    ['update', ({ orders, order }) => orders.update({ id: order.id }, { customerId: 2 })],
    ['update by SQL', ({ orders, order }) => orders.update({ id: order.id }, { customerId: () => 'customerId + 1' })],
    ['increment', ({ orders, order }) => orders.increment({ id: order.id }, 'customerId', 1)],
    [
      'upsert by another column',
      ({ orders, order }) => orders.upsert({ id: order.id, customerId: 2, reference: 'a' }, ['id']),
    ],
  ])('by %s', async (_, change) => {
    const given = await withOrder();
    await expect(change(given)).rejects.toEqual(code('KEY_CHANGE'));
    expect(await given.orders.countBy({ customerId: 1 })).toBe(1);
  });

  it('by adding to the other side of a relation', async () => {
    const { orders, order } = await withOrder();
    const relation = orders.manager.createQueryBuilder().relation(Customer, 'orders').of(2);
    await expect(relation.add(order.id)).rejects.toEqual(code('KEY_CHANGE'));
    expect(await orders.countBy({ customerId: 1 })).toBe(1);
  });

  it('and saving the other side of a relation leaves it as it is', async () => {
    const { orders, order } = await withOrder();
    await orders.manager.save(Customer, { id: 2, name: 'Bob', orders: [{ id: order.id }] });
    expect(await orders.countBy({ customerId: 1 })).toBe(1);
    const [ann] = await orders.manager.find(Customer, { relations: { orders: true } });
    expect(ann?.orders).toHaveLength(1);
  });

  it('but the same key in another form is no change', async () => {
    const { orders, order } = await withOrder();
    await orders.save(Object.assign(order, { reference: 'b' }));
    await orders.upsert(order, ['customerId', 'reference']);
    expect(await orders.countBy({ reference: 'b' })).toBe(1);
  });
});
