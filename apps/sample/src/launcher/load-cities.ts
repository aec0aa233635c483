import { EnvolError } from '@envol/common';
import type { ShardRouter } from '@envol/sharding';
import type { EntityManager } from 'typeorm';
import type { City } from '../contract/schemas.js';

const ROWS_PER_INSERT = 2_500;
const INSERT = `
  INSERT INTO city (id, name, country, admin, population, latitude, longitude, shard_slot)
  SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::float[], $7::float[], $8::int[])`;

/**
 * Loads `cities` into the shards unless they are all there, each in its own; `onProgress` hears how many rows were
 * written since it was called last.
 *
 * @throws EnvolError `ENVOL_ATLAS_MISPLACED_ROWS` when there are check-ins in shards where nobody would look for them
 */
export async function loadCities(
  router: ShardRouter,
  cities: readonly City[],
  onProgress: (rows: number) => void,
): Promise<void> {
  await refuseMisplacedCheckins(router);
  if (await areLoaded(router, cities)) return;
  const perShard = groupByShard(router, cities);
  await Promise.all(
    router.shards.map(async (shard) => {
      const dataSource = router.dataSource(shard);
      await dataSource.transaction(async (manager) => {
        await manager.query('TRUNCATE city');
        for (const rows of chunks(perShard.get(shard) ?? [], ROWS_PER_INSERT)) {
          await insert(manager, router, rows);
          onProgress(rows.length);
        }
      });
      await dataSource.query('ANALYZE city');
    }),
  );
}

/** Whether every city is in the shard that its id belongs to, and nowhere else. */
async function areLoaded(router: ShardRouter, cities: readonly City[]): Promise<boolean> {
  const found = await Promise.all(router.shards.map((shard) => keysIn(router, shard, 'SELECT id AS key FROM city')));
  const total = found.reduce((sum, { keys }) => sum + keys.length, 0);
  return total === cities.length && found.every(({ shard, keys }) => keys.every((id) => router.shardOf(id) === shard));
}

/** Cities can be loaded anew, check-ins cannot: after a change of the shards they must be moved, not overlooked. */
async function refuseMisplacedCheckins(router: ShardRouter): Promise<void> {
  for (const name of router.shards) {
    const { keys } = await keysIn(router, name, 'SELECT DISTINCT user_id AS key FROM checkin');
    const lost = keys.find((userId) => router.shardOf(userId) !== name);
    if (lost === undefined) continue;
    throw new EnvolError(
      'ENVOL_ATLAS_MISPLACED_ROWS',
      `Check-ins of user ${lost} are in ${name}, but belong to ${router.shardOf(lost)}: the shards have changed`,
      'Start with the shards that the data was written with, or remove the data with npm run clean.',
    );
  }
}

async function keysIn(router: ShardRouter, shard: string, sql: string): Promise<{ shard: string; keys: number[] }> {
  const rows = await router.dataSource(shard).query<{ key: number }[]>(sql);
  return { shard, keys: rows.map(({ key }) => key) };
}

function groupByShard(router: ShardRouter, cities: readonly City[]): Map<string, City[]> {
  const groups = new Map(router.shards.map((shard): [string, City[]] => [shard, []]));
  for (const city of cities) groups.get(router.shardOf(city.id))?.push(city);
  return groups;
}

function insert(manager: EntityManager, router: ShardRouter, rows: readonly City[]): Promise<unknown> {
  return manager.query(INSERT, [
    rows.map(({ id }) => id),
    rows.map(({ name }) => name),
    rows.map(({ country }) => country),
    rows.map(({ admin }) => admin),
    rows.map(({ population }) => population),
    rows.map(({ latitude }) => latitude),
    rows.map(({ longitude }) => longitude),
    rows.map(({ id }) => router.slotOf(id)),
  ]);
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
