import { afterEach, describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { Column, Entity, Like, MoreThan, PrimaryColumn } from 'typeorm';
import { RecordingMetrics } from '@envol/common/testing';
import { openCursor, sealCursor, ShardKey, type ScatterOrder, type ShardedRepository } from '../src/index.js';
import { City, Customer, Order } from './entities.js';
import { closeRouters, connectedRouter, keyOn, memoryShards } from './support.js';

afterEach(closeRouters);

@Entity()
class Price {
  @ShardKey()
  @PrimaryColumn()
  id!: number;

  @Column({ type: 'decimal' })
  amount!: string;
}

@Entity()
class Sample {
  @ShardKey()
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @PrimaryColumn()
  part!: number;

  @Column({ type: 'integer', nullable: true })
  integer!: number | null;

  @Column({ type: 'float', nullable: true })
  float!: number | null;

  @Column({ type: 'text', nullable: true })
  text!: string | null;

  @Column({ type: Date, nullable: true, precision: 3 })
  time!: Date | null;

  @Column()
  flag!: boolean;

  @Column({ type: 'simple-json' })
  json: object = {};

  @Column({ type: 'text', transformer: { to: String, from: String } })
  transformed = '';
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });
/** Few different values, so that there are ties; characters on both sides of U+FFFF. */
const text = fc
  .array(fc.constantFrom('a', 'B', 'é', '￿', '\u{1F600}'), { maxLength: 2 })
  .map((parts) => parts.join(''));
const sample = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', '\u{1F600}', '￿'),
  part: fc.integer({ min: 0, max: 5 }),
  integer: orNull(fc.integer({ min: -2, max: 2 })),
  float: orNull(fc.constantFrom(-1.5, 0, 0.1, 1e300, 0.30000000000000004)),
  text: orNull(text),
  time: orNull(fc.constantFrom(0, 1, 999, 1_000, 86_400_000).map((time) => new Date(time))),
  flag: fc.boolean(),
});
const samples = fc.uniqueArray(sample, { maxLength: 40, selector: ({ key, part }) => `${key}/${part}` });
const direction = fc.constantFrom<'ASC' | 'DESC'>('ASC', 'DESC');
const order = fc
  .uniqueArray(fc.tuple(fc.constantFrom('integer', 'float', 'text', 'time', 'flag', 'part', 'key'), direction), {
    minLength: 1,
    maxLength: 4,
    selector: ([property]) => property,
  })
  .map((entries): ScatterOrder<Sample> => Object.fromEntries(entries));

type SampleRow = { [P in 'key' | 'part' | 'integer' | 'float' | 'text' | 'time' | 'flag']: Sample[P] };

/** The order by the book, written once more without the code under test. */
function byTheBook(rows: readonly SampleRow[], by: ScatterOrder<Sample>): string[] {
  const criteria = [...Object.entries(by), ['key', 'ASC'], ['part', 'ASC']] as const;
  // Arrays of numbers, compared place by place; code points sort as the bytes of UTF-8 do.
  const value = (row: SampleRow, property: string): number[] | null => {
    const raw: unknown = Reflect.get(row, property);
    if (raw === null) return null;
    return typeof raw === 'string' ? Array.from(raw, (character) => character.codePointAt(0) ?? 0) : [Number(raw)];
  };
  const compare = (a: number[] | null, b: number[] | null): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const place = a.findIndex((part, index) => part !== b[index]);
    return place === -1 ? a.length - b.length : (a[place] ?? 0) - (b[place] ?? -1);
  };
  return rows
    .toSorted((a, b) => {
      for (const [property, way] of criteria) {
        const difference = compare(value(a, property), value(b, property));
        if (difference !== 0) return way === 'ASC' ? difference : -difference;
      }
      return 0;
    })
    .map(({ key, part }) => `${key}/${part}`);
}

async function fill(repository: ShardedRepository<Sample>, rows: readonly SampleRow[]): Promise<void> {
  await repository.scatter.each((shard) => shard.createQueryBuilder().delete().execute());
  for (const row of rows) await repository.forKey(row.key).insert({ ...row, json: {}, transformed: '' });
}

describe.each([[1], [4], [7]])('a scattered find over %i shards', (count) => {
  it('gives what a sort of all rows gives, page after page, each row once', async () => {
    const router = await connectedRouter([Sample], { shards: memoryShards(count) });
    const repository = router.repository(Sample);
    await fc.assert(
      fc.asyncProperty(samples, order, fc.integer({ min: 1, max: 15 }), async (rows, by, limit) => {
        await fill(repository, rows);
        const expected = byTheBook(rows, by);
        const found: string[] = [];
        let after: ReturnType<typeof repository.scatter.positionOf> | undefined;
        for (;;) {
          const page = await repository.scatter.find({ order: by, limit, collate: 'binary', ...(after && { after }) });
          found.push(...page.map(({ key, part }) => `${key}/${part}`));
          const last = page.at(-1);
          if (last === undefined) break;
          expect(page.length <= limit && found.length <= rows.length).toBe(true);
          after = repository.scatter.positionOf(last, by);
        }
        expect(found).toEqual(expected);
        expect(await repository.scatter.count()).toBe(rows.length);
      }),
      { numRuns: 40 },
    );
  });
});

const city = (id: number, name = `City ${id}`) => ({ id, name, population: id % 5, region: null });

async function cities(count: number, rows = 20) {
  const metrics = new RecordingMetrics();
  const router = await connectedRouter([City], { shards: memoryShards(count) }, { metrics });
  const repository = router.repository(City);
  for (let id = 1; id <= rows; id++) await repository.forKey(id).insert(city(id));
  return { router, repository, metrics };
}

describe('a scattered find', () => {
  it('filters as TypeORM does', async () => {
    const { repository } = await cities(3);
    const found = await repository.scatter.find({
      where: [{ population: MoreThan(3) }, { name: Like('City 1_') }],
      order: { id: 'DESC' },
    });
    expect(found.map(({ id }) => id)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 4]);
    expect(await repository.scatter.count({ population: 4 })).toBe(4);
    expect(await repository.scatter.count([{ population: 4 }, { id: 1 }])).toBe(5);
  });

  it('asks only the shards of the keys that the condition fixes', async () => {
    const { router, repository, metrics } = await cities(3);
    const id = keyOn(router, 's1');
    const asked = () =>
      router.shards.map((shard) => metrics.value('envol_sharding_queries_total', { shard, outcome: 'ok' }) ?? 0);
    const before = asked();
    expect(await repository.scatter.find({ where: { id }, order: { id: 'ASC' } })).toHaveLength(1);
    expect(await repository.scatter.count({ id })).toBe(1);
    expect(asked().map((value, index) => value - (before[index] ?? 0))).toEqual([0, 2, 0]);
    expect(metrics.value('envol_sharding_scatter_seconds', { operation: 'find' })).toBe(1);
  });

  it('takes 100 rows unless told otherwise', async () => {
    const { repository } = await cities(2, 120);
    expect(await repository.scatter.find({ order: { id: 'ASC' } })).toHaveLength(100);
  });

  it('continues from a sealed cursor', async () => {
    const { repository } = await cities(3);
    const sealing = { secrets: ['a secret of the test'], context: 'cities' };
    const [first] = await repository.scatter.find({ order: { population: 'DESC' }, limit: 1 });
    const cursor = sealCursor(repository.scatter.positionOf(first ?? city(0), { population: 'DESC' }), {
      ...sealing,
      expiresIn: '1m',
    });
    const next = await repository.scatter.find({
      order: { population: 'DESC' },
      limit: 2,
      after: openCursor(cursor, sealing),
    });
    expect([first?.id, ...next.map(({ id }) => id)]).toEqual([4, 9, 14]);
  });

  it('is refused, rather than wrong, where a database sorts differently', async () => {
    const { router, repository } = await cities(1, 0);
    const insert = `INSERT INTO city (id, name, population, shard_slot) VALUES (?, 'x', ?, 0)`;
    await router.dataSource('s0').query(insert, [1, 2]);
    // SQLite keeps a text in an integer column, and sorts it after every number.
    await router.dataSource('s0').query(insert, [2, '1x']);
    await expect(repository.scatter.find({ order: { population: 'ASC' } })).rejects.toThrow('cannot hold exactly');
  });

  it('is refused where SQLite keeps a decimal that JavaScript cannot hold', async () => {
    const router = await connectedRouter([Price], { shards: memoryShards(2) });
    const prices = router.repository(Price);
    const [low, high] = [keyOn(router, 's0'), keyOn(router, 's1')];
    await prices.forKey(low).insert({ id: low, amount: '9007199254740993' });
    await prices.forKey(high).insert({ id: high, amount: '9007199254740992' });
    await expect(prices.scatter.find({ order: { amount: 'ASC' } })).rejects.toThrow('cannot hold exactly');
    await prices.forKey(low).update({ id: low }, { amount: '9007199254740991' });
    await prices.forKey(high).update({ id: high }, { amount: '9007199254740990' });
    expect((await prices.scatter.find({ order: { amount: 'ASC' } })).map(({ id }) => id)).toEqual([high, low]);
  });

  it.each([[1], [100]])('is refused where a row lies on two shards, also as the last of %i', async (limit) => {
    const { router, repository } = await cities(3, 0);
    const id = keyOn(router, 's0');
    await repository.forKey(id).insert(city(id));
    await router
      .dataSource('s2')
      .query(`INSERT INTO city (id, name, population, shard_slot) VALUES (?, 'copy', ?, 0)`, [id, id % 5]);
    await expect(repository.scatter.find({ order: { population: 'DESC' }, limit })).rejects.toEqual(
      expect.objectContaining({
        code: 'ENVOL_SHARDING_DUPLICATE_ROW',
        message: `the row with id ${id} lies on shard "s0" and on shard "s2"`,
      }),
    );
    expect(await repository.scatter.find({ where: { id }, order: { id: 'ASC' } })).toEqual([city(id)]);
    expect(await repository.scatter.count()).toBe(2);
  });

  it.each<[string, object]>([
    ['has no order', { order: {} }],
    ['City.nme is no column', { order: { nme: 'ASC' } }],
    ['City.name is text', { order: { name: 'ASC' } }],
    ['is to be ordered by "up"', { order: { id: 'up' } }],
    ['the limit 0', { order: { id: 'ASC' }, limit: 0 }],
    ['the limit 10001', { order: { id: 'ASC' }, limit: 10_001 }],
    ['the limit 1.5', { order: { id: 'ASC' }, limit: 1.5 }],
    ['"offset" is not an option', { order: { id: 'ASC' }, offset: 10 }],
    ['has 2 values', { order: { id: 'ASC' }, after: [1, 2] }],
    ['has no integer for id', { order: { id: 'ASC' }, after: ['x'] }],
    ['has no integer for population', { order: { population: 'ASC' }, after: [null, 1] }],
    ['has no integer for id', { order: { id: 'ASC' }, after: [{}] }],
  ])('is refused: %s', async (message, options) => {
    const { repository } = await cities(2, 0);
    const given: Parameters<typeof repository.scatter.find>[0] = { order: {}, ...options };
    await expect(repository.scatter.find(given)).rejects.toThrow(message);
  });

  it.each<[string, ScatterOrder<Sample>]>([
    ['Sample.json is transformed', { json: 'ASC' }],
    ['Sample.transformed is transformed', { transformed: 'ASC' }],
  ])('is refused: %s', async (message, by) => {
    const router = await connectedRouter([Sample], { shards: memoryShards(2) });
    await expect(router.repository(Sample).scatter.find({ order: by })).rejects.toThrow(message);
  });

  it('does not filter by relations', async () => {
    const router = await connectedRouter([Customer, Order], { shards: memoryShards(2) });
    const { scatter } = router.repository(Order);
    const where = { customer: { name: 'Ann' } };
    await expect(scatter.find({ where, order: { id: 'ASC' } })).rejects.toThrow('filters by the relation customer');
    await expect(scatter.count(where)).rejects.toThrow('filters by the relation customer');
  });
});

describe('each', () => {
  it('runs on every shard and gives the answers by name', async () => {
    const { repository } = await cities(3);
    const counts = await repository.scatter.each((shard) => shard.count());
    expect([...counts.keys()]).toEqual(['s0', 's1', 's2']);
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(20);
  });

  it('asks no shard at all when one of them is known to be away', async () => {
    const shards = [...memoryShards(1), { name: 'folder', type: 'sqljs' as const, location: tmpdir() }];
    const router = await connectedRouter([City], { shards });
    const asked: string[] = [];
    const asking = router.repository(City).scatter.each(async (_, shard) => asked.push(shard));
    await expect(asking).rejects.toThrow('shard "folder" is not available: it is known to be away');
    expect(asked).toEqual([]);
  });

  it('fails with the name of the shard that failed', async () => {
    const { repository } = await cities(3);
    const failing = repository.scatter.each(async (_, shard) => {
      if (shard === 's1') throw new Error('broken');
    });
    await expect(failing).rejects.toEqual(
      expect.objectContaining({
        code: 'ENVOL_SHARDING_SCATTER_FAILED',
        message: expect.stringContaining('failed on "s1": broken'),
      }),
    );
  });
});
