import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { METRICS_SINK } from '@envol/common';
import { RecordingMetrics } from '@envol/common/testing';
import {
  InjectShardedRepository,
  ShardedRepository,
  ShardingModule,
  shardedRepositoryToken,
  ShardRouter,
  type ShardingModuleOptions,
} from '../src/index.js';
import { City, Customer, Order } from './entities.js';
import { memoryShards } from './support.js';

Logger.overrideLogger(false);

@Injectable()
class Cities {
  constructor(
    @InjectShardedRepository(City) readonly repository: ShardedRepository<City>,
    readonly router: ShardRouter,
  ) {}
}

@Module({ providers: [Cities], exports: [Cities] })
class CitiesModule {}

const options: ShardingModuleOptions = { shards: memoryShards(2), synchronize: true };
const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((app) => app.close())));

async function appWith(sharding: ReturnType<typeof ShardingModule.forRoot>, metrics = new RecordingMetrics()) {
  @Module({ providers: [{ provide: METRICS_SINK, useValue: metrics }], exports: [METRICS_SINK] })
  class MetricsModule {}
  const module = await Test.createTestingModule({
    imports: [{ module: MetricsModule, global: true }, sharding, CitiesModule],
  }).compile();
  open.push(module);
  return module.init();
}

describe('ShardingModule', () => {
  it.each([
    ['forRoot', () => ShardingModule.forRoot({ ...options, entities: [City] })],
    ['forRootAsync', () => ShardingModule.forRootAsync({ entities: [City], useFactory: async () => options })],
  ])('%s gives connected repositories to feature modules', async (_, sharding) => {
    const app = await appWith(sharding());
    const { repository, router } = app.get(Cities);
    await repository.forKey(7).save({ id: 7, name: 'Seven', population: 7, region: null });
    expect(await repository.forKey('7').findOneBy({ id: 7 })).toMatchObject({ name: 'Seven' });
    expect(router.getShardForKey(7)).toBe(router.shardOf(7n));
  });

  it.each([
    ['forRoot', (raw: ShardingModuleOptions) => ShardingModule.forRoot({ ...raw, entities: [City] })],
    [
      'forRootAsync',
      (raw: ShardingModuleOptions) => ShardingModule.forRootAsync({ entities: [City], useFactory: () => raw }),
    ],
  ])('%s refuses wrong options alike', async (_, sharding) => {
    const wrong = Object.assign({ ...options }, { breakerFailure: 3 });
    await expect(appWith(sharding(wrong))).rejects.toThrow('did you mean "breakerFailures"?');
    await expect(appWith(sharding({ ...options, queryTimeout: 0 }))).rejects.toThrow(
      'queryTimeout: expected a duration',
    );
  });

  it.each([
    ['forRoot', () => ShardingModule.forRoot(options)],
    ['forRootAsync', () => ShardingModule.forRootAsync({ useFactory: () => options })],
  ])('%s asks for entities', async (_, sharding) => {
    await expect(Test.createTestingModule({ imports: [sharding()] }).compile()).rejects.toThrow(
      'entities: expected one entity at least',
    );
  });

  it('refuses an unsound entity at start', async () => {
    await expect(appWith(ShardingModule.forRoot({ ...options, entities: [City, Order] }))).rejects.toThrow('Order');
  });

  it('keeps two entities of one name apart', () => {
    const other = Object.defineProperty(class extends City {}, 'name', { value: 'City' });
    expect(shardedRepositoryToken(other)).not.toBe(shardedRepositoryToken(City));
    expect(shardedRepositoryToken(City)).toBe(shardedRepositoryToken(City));
  });

  it('counts statements by shard and tells which shards are up', async () => {
    const metrics = new RecordingMetrics();
    const app = await appWith(ShardingModule.forRoot({ ...options, entities: [City, Customer, Order] }), metrics);
    const { repository, router } = app.get(Cities);
    const shard = router.shardOf(7);
    const before = metrics.value('envol_sharding_queries_total', { shard, outcome: 'ok' }) ?? 0;
    await repository.forKey(7).count();
    await expect(repository.forKey(7).query('SELECT nothing')).rejects.toThrow('nothing');
    expect(metrics.value('envol_sharding_queries_total', { shard, outcome: 'ok' })).toBe(before + 1);
    expect(metrics.value('envol_sharding_queries_total', { shard, outcome: 'error' })).toBe(1);
    expect(metrics.value('envol_sharding_shard_up', { shard })).toBe(1);
    await app.close();
    expect(metrics.value('envol_sharding_shard_up', { shard })).toBe(0);
    expect(() => repository.forKey(7)).toThrow('it is closed');
  });
});
