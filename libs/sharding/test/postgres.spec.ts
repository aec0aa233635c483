import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEmitter } from 'node:events';
import { startService } from '@envol/services';
import fc from 'fast-check';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import {
  isShardUnavailable,
  ShardKey,
  slotOf,
  type EntityClass,
  type PostgresShardOptions,
  type ScatterOrder,
} from '../src/index.js';
import { City, Customer, Order } from './entities.js';
import { closeRouters, connectedRouter, keyOn, keysOn } from './support.js';

@Entity()
class PgSample {
  @ShardKey()
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ type: 'numeric', nullable: true })
  numeric!: string | null;

  @Column({ type: 'double precision', nullable: true })
  float!: number | null;

  @Column({ type: 'real' })
  real!: number;

  @Column({ type: 'text', nullable: true })
  text!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  time!: Date | null;

  @Column({ type: Date, precision: 3, nullable: true })
  local: Date | null = null;

  @Column({ type: 'date' })
  date!: string;

  @Column({ type: 'uuid' })
  uuid!: string;

  @Column()
  flag!: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  fine: Date | null = null;

  @Column({ type: 'enum', enum: ['b', 'a'], default: 'a' })
  choice!: string;
}

@Entity()
class Code {
  @ShardKey()
  @PrimaryColumn({ type: 'varchar', length: 3 })
  code!: string;
}

@Entity()
class PaddedKey {
  @ShardKey()
  @PrimaryColumn({ type: 'char', length: 3 })
  code!: string;
}

@Entity()
class LocalKey {
  @ShardKey()
  @PrimaryColumn({ precision: 3 })
  at!: Date;
}

@Entity()
class FineKey {
  @ShardKey()
  @PrimaryColumn({ type: 'timestamptz' })
  at!: Date;
}

@Entity()
class TimeKey {
  @ShardKey()
  @PrimaryColumn({ type: 'timestamptz', precision: 3 })
  at!: Date;
}

@Entity()
class Note {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @ShardKey()
  @Column({ type: 'uuid' })
  owner!: string;
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });
const sample = fc.record({
  id: fc.constantFrom(
    '1',
    '2',
    '9',
    '10',
    '-1',
    '9007199254740992',
    '9007199254740993',
    '9007199254740994',
    '77',
    '78',
    '79',
    '80',
  ),
  numeric: orNull(fc.constantFrom('0.1', '0.10000000000000000001', '9', '10', '-10', '-9.5', 'NaN')),
  float: orNull(fc.constantFrom(-1.5, 0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
  real: fc.constantFrom(0.1, 0.2, 16_777_216, -1),
  text: orNull(fc.constantFrom('', 'a', 'B', 'b', 'é', 'z', '￿', '\u{1F600}', 'a b', 'a-b')),
  time: orNull(fc.constantFrom(0, 1, 999, 1_000).map((time) => new Date(time))),
  date: fc.constantFrom('1999-12-31', '2000-01-01', '0099-01-01'),
  uuid: fc.constantFrom(
    '00000000-0000-4000-8000-00000000000a',
    'f0000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000000',
  ),
  flag: fc.boolean(),
});
type Row = typeof sample extends fc.Arbitrary<infer T> ? T : never;
const samples = fc.uniqueArray(sample, { maxLength: 12, selector: ({ id }) => id });
const order = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('numeric', 'float', 'real', 'text', 'time', 'date', 'uuid', 'flag', 'id'),
      fc.constantFrom<'ASC' | 'DESC'>('ASC', 'DESC'),
    ),
    { minLength: 1, maxLength: 4, selector: ([property]) => property },
  )
  .map((entries): ScatterOrder<PgSample> => Object.fromEntries(entries));

describe('on PostgreSQL', () => {
  let postgres: Awaited<ReturnType<typeof startService<'postgres'>>>;
  let shards: PostgresShardOptions[] = [];

  beforeAll(async () => {
    postgres = await startService('postgres', { databases: ['s0', 's1', 's2', 'whole'] });
    shards = ['s0', 's1', 's2'].map((name) => ({ name, type: 'postgres', url: postgres.databaseUrl(name) }));
  }, 60_000);
  afterAll(() => postgres.stop());
  afterEach(closeRouters);

  it('a scattered find gives what one database gives for all rows, page after page', async () => {
    const router = await connectedRouter([PgSample], { shards });
    const whole = await connectedRouter([PgSample], {
      shards: [{ name: 'whole', type: 'postgres', url: postgres.databaseUrl('whole') }],
    });
    const repository = router.repository(PgSample);
    await fc.assert(
      fc.asyncProperty(samples, order, fc.integer({ min: 1, max: 6 }), async (rows: Row[], by, limit) => {
        await repository.scatter.each((shard) => shard.query('TRUNCATE pg_sample'));
        await whole.dataSource('whole').query('TRUNCATE pg_sample');
        for (const row of rows) await repository.forKey(row.id).insert(row);
        if (rows.length > 0) await whole.dataSource('whole').getRepository(PgSample).insert(rows);
        const sql = Object.entries({ ...by, id: by.id ?? 'ASC' })
          .map(([property, way]) => `${property}${property === 'text' ? ' COLLATE "C"' : ''} ${way}`)
          .join(', ');
        const expected: { id: string }[] = await whole
          .dataSource('whole')
          .query(`SELECT id FROM pg_sample ORDER BY ${sql}`);
        const found: string[] = [];
        let after: ReturnType<typeof repository.scatter.positionOf> | undefined;
        for (;;) {
          const page = await repository.scatter.find({ order: by, limit, collate: 'binary', ...(after && { after }) });
          found.push(...page.map(({ id }) => id));
          const last = page.at(-1);
          if (last === undefined) break;
          expect(found.length).toBeLessThanOrEqual(rows.length);
          after = repository.scatter.positionOf(last, by);
        }
        expect(found).toEqual(expected.map(({ id }) => id));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it.each<[string, ScatterOrder<PgSample>]>([
    ['fine holds microseconds', { fine: 'ASC' }],
    ['local has no time zone', { local: 'ASC' }],
    ['choice is of type enum', { choice: 'ASC' }],
    ['text is text', { text: 'ASC' }],
  ])('an order that cannot be repeated is refused: %s', async (message, by) => {
    const router = await connectedRouter([PgSample], { shards });
    await expect(router.repository(PgSample).scatter.find({ order: by })).rejects.toThrow(message);
  });

  it('the slot is written, by every way, and a raw insert without it fails', async () => {
    const router = await connectedRouter([City], { shards });
    const repository = router.repository(City);
    const city = (id: number) => ({ id, name: 'x', population: 1, region: null });
    const [saved = 0, inserted = 0, upserted = 0] = keysOn(router, 's1', 3);
    await repository.forKey(saved).save(city(saved));
    await repository.forKey(inserted).insert(city(inserted));
    await repository.forKey(upserted).upsert(city(upserted), ['id']);
    await repository.forKey(upserted).upsert(city(upserted), ['id']);
    expect(await router.dataSource('s1').query('SELECT id, shard_slot FROM city ORDER BY id')).toEqual(
      [saved, inserted, upserted].map((id) => ({ id, shard_slot: slotOf(id) })),
    );
    const raw = router.dataSource('s1').query(`INSERT INTO city (id, name, population) VALUES (0, 'x', 1)`);
    await expect(raw).rejects.toThrow('null value in column "shard_slot"');
    const indices: { indexdef: string }[] = await router
      .dataSource('s1')
      .query(`SELECT indexdef FROM pg_indexes WHERE tablename = 'city'`);
    expect(indices.some(({ indexdef }) => indexdef.includes('(shard_slot)'))).toBe(true);
  });

  it('ids drawn by the database need no extension, and a key may be given in either case', async () => {
    const router = await connectedRouter([Note], { shards });
    const owner = 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6';
    const { id } = await router.repository(Note).forKey(owner).save({ owner });
    expect(await router.repository(Note).forKey(owner.toLowerCase()).findOneBy({ id })).toEqual({
      id,
      owner: owner.toLowerCase(),
    });
  });

  it('a text key longer than its column is refused, since spaces at its end would be cut off', async () => {
    const router = await connectedRouter([Code], { shards });
    const codes = router.repository(Code);
    const invalid = expect.objectContaining({ code: 'ENVOL_SHARDING_INVALID_KEY' });
    await codes.forKey('abc').insert({ code: 'abc' });
    await codes.forKey('\u{1F600}bc').insert({ code: '\u{1F600}bc' });
    expect(() => codes.forKey('abc ')).toThrow(invalid);
    const shard = router.dataSource(router.shardOf('abc ')).getRepository(Code);
    await expect(shard.insert({ code: 'abc ' })).rejects.toEqual(invalid);
    expect(await codes.scatter.count()).toBe(2);
  });

  it.each<[string, EntityClass]>([
    ['values of type character equal', PaddedKey],
    ['it has no time zone', LocalKey],
    ['it holds microseconds', FineKey],
  ])('a key that the database would store as another is refused at the start: %s', async (message, entity) => {
    await expect(connectedRouter([entity], { shards })).rejects.toThrow(message);
  });

  it('times are keys with their time zone, also where clocks go back', async () => {
    const router = await connectedRouter([TimeKey], { shards });
    const times = router.repository(TimeKey);
    // Berlin and New York, autumn 2025: the local time is the same an hour later.
    const instants = ['2025-10-26T00:30Z', '2025-10-26T01:30Z', '2025-11-02T05:30Z', '2025-11-02T06:30Z'];
    const all = instants.map((text) => new Date(text));
    for (const at of all) await times.forKey(at).insert({ at });
    expect((await times.scatter.find({ order: { at: 'ASC' } })).map(({ at }) => at)).toEqual(all);
  });

  it('a transaction rolls back as a whole', async () => {
    const router = await connectedRouter([Customer, Order], { shards });
    const customerId = keyOn(router, 's2');
    const broken = router.repository(Order).transaction(customerId, async (manager) => {
      await manager.save(Customer, { id: customerId, name: 'Ann' });
      await manager.save(Order, { reference: 'a', customerId });
      await manager.save(Order, { reference: 'b', customerId: keyOn(router, 's0') });
    });
    await expect(broken).rejects.toEqual(expect.objectContaining({ code: 'ENVOL_SHARDING_WRONG_SHARD' }));
    expect(await router.repository(Order).scatter.count()).toBe(0);
  });

  it('errors of the caller pass as they are and do not make the shard away', async () => {
    const router = await connectedRouter([City], { shards, breakerFailures: 1 });
    const id = keyOn(router, 's2');
    const repository = router.repository(City).forKey(id);
    const city = { id, name: 'x', population: 1, region: null };
    await repository.insert(city);
    await expect(repository.insert(city)).rejects.toThrow('duplicate key value');
    await expect(repository.query('SELEC 1')).rejects.toThrow('syntax error');
    expect(router.repository(City).forKey(id)).toBeDefined();
  });

  it('a statement that is too slow is cancelled by the server, and the shard stays up', async () => {
    const router = await connectedRouter([City], { shards, queryTimeout: '500ms', breakerFailures: 1 });
    const slow: unknown = await router
      .dataSource('s0')
      .query('SELECT pg_sleep(30)')
      .catch((error: unknown) => error);
    expect(slow).toMatchObject({ message: expect.stringContaining('statement timeout'), shard: 's0' });
    expect(router.describe()[0]).toMatchObject({ state: 'up', pool: { open: 1, idle: 1 } });
  });

  it('statements that begin together on a new connection leave no listeners behind', async () => {
    const router = await connectedRouter([City], { shards });
    const listeners: number[] = [];
    for (let round = 0; round < 4; round++) {
      const runner = router.dataSource('s0').createQueryRunner();
      await Promise.all([runner.query('SELECT 1'), runner.query('SELECT 2')]);
      const client: EventEmitter = await runner.connect();
      await runner.release();
      listeners.push(client.listenerCount('error'));
    }
    expect(new Set(listeners).size).toBe(1);
  });

  it('a full pool tells so, and the shard stays up', async () => {
    const [shard] = shards;
    const router = await connectedRouter([City], {
      shards: shard === undefined ? [] : [{ ...shard, poolSize: 1 }],
      connectTimeout: '100ms',
      breakerFailures: 1,
    });
    const cities = router.repository(City);
    const error: unknown = await cities
      .transaction(1, () => cities.forKey(1).count())
      .catch((caught: unknown) => caught);
    expect(isShardUnavailable(error) && error.message).toContain('timeout exceeded when trying to connect');
    expect(router.describe()[0]).toMatchObject({ state: 'up', pool: { max: 1, open: 1, idle: 1, waiting: 0 } });
  });
});
