import { describe, it, expect } from '@jest/globals';
import { noMetrics } from '@envol/common';
import { ManualClock, seededRandom } from '@envol/common/testing';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { resolveShardingOptions } from './options.js';
import { ShardKey } from './shard-key.js';
import { Shard } from './shard.js';

@Entity()
class Item {
  @ShardKey()
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;
}

async function preparedShard() {
  const changes: string[] = [];
  const settings = resolveShardingOptions({ shards: [{ name: 's0', type: 'sqljs' }] });
  const shard = new Shard({ name: 's0', type: 'sqljs', location: undefined }, settings, [Item], {
    clock: new ManualClock(),
    random: seededRandom(1),
    metrics: noMetrics,
    onChange: (name, state) => changes.push(`${name} ${state}`),
  });
  await shard.dataSource.prepare();
  return { shard, changes };
}

describe('a shard', () => {
  it('that is closed while it connects is left without a connection', async () => {
    const { shard, changes } = await preparedShard();
    const connecting = shard.connect();
    await shard.close();
    await connecting;
    expect(shard.dataSource.isInitialized).toBe(false);
    expect(shard.describe(undefined).state).toBe('closed');
    expect(changes).toEqual([]);
  });

  it('tells when it comes up, and not that it is closed', async () => {
    const { shard, changes } = await preparedShard();
    await shard.connect();
    await shard.close();
    expect(changes).toEqual(['s0 up']);
  });
});
