import type { Duration } from '@envol/common';
import { ShardingModule } from '@envol/sharding';
import { CheckinEntity } from './checkin.entity.js';
import { CityEntity } from './city.entity.js';

/** Three replicas, each with this many to each of four shards, stay under PostgreSQL's 100 connections. */
const POOL_SIZE = 5;

/** The databases of Atlas: the first URL is `shard0`, and so on. `synchronize` creates the tables. */
export function shardingModule(
  urls: readonly string[],
  options: { readonly synchronize?: boolean; readonly queryTimeout?: Duration } = {},
) {
  return ShardingModule.forRoot({
    shards: urls.map((url, index) => ({ name: `shard${index}`, type: 'postgres', url, poolSize: POOL_SIZE })),
    entities: [CityEntity, CheckinEntity],
    queryTimeout: '1500ms',
    ...options,
  });
}
