import { basename } from 'node:path';
import { freePort } from '@envol/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FreshApp, packages, publicEntries } from './fresh-app.js';
import { readmeBlocks, type ReadmeBlock } from './readme-blocks.js';

/** One application with every lib: a replica that reads a shard, found and called through the balancer, its answers cached. */
const APPLICATION = `
import 'reflect-metadata';
import { Cached, CacheModule, layered, memory } from '@envol/cache';
import { LifecycleModule } from '@envol/common';
import { ServiceDiscovery, ServiceDiscoveryModule, staticRegistry } from '@envol/discovery';
import { InjectClient, LoadBalancerModule } from '@envol/load-balancer';
import { MemoryGuard, MemoryModule } from '@envol/memory';
import { Measure, MetricsController, PerformanceModule } from '@envol/performance';
import { InjectShardedRepository, ShardedRepository, ShardingModule, ShardKey } from '@envol/sharding';
import { Controller, Get, Module, Param, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const port = Number(process.env['PLACES_PORT']);

@Entity()
class City {
  @ShardKey()
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;
}

let reads = 0;

@Controller()
class Replica {
  constructor(@InjectShardedRepository(City) private readonly cities: ShardedRepository<City>) {}

  @MessagePattern('city')
  async city(@Payload() id: number): Promise<City | null> {
    reads += 1;
    return this.cities.forKey(id).findOneBy({ id });
  }
}

@Module({
  imports: [
    ShardingModule.forRoot({
      shards: [{ name: 'a', type: 'sqljs' }, { name: 'b', type: 'sqljs' }],
      entities: [City],
      synchronize: true,
    }),
  ],
  controllers: [Replica],
})
class ReplicaModule {}

@Controller()
@UseGuards(MemoryGuard)
class Gateway {
  constructor(@InjectClient('places') private readonly places: ClientProxy) {}

  @Measure('cities')
  @Cached({ key: 'city:{0}' })
  @Get('cities/:id')
  async city(@Param('id') id: string): Promise<City> {
    return firstValueFrom(this.places.send<City>('city', Number(id)));
  }
}

@Module({
  imports: [
    CacheModule.forRoot({ stores: { main: layered([memory()]) } }),
    LifecycleModule,
    MemoryModule.forRoot({}),
    PerformanceModule.forRoot({}),
    ServiceDiscoveryModule.forRoot({ registry: staticRegistry({ places: [{ host: '127.0.0.1', port }] }) }),
    LoadBalancerModule.forFeatureAsync({
      names: ['places'],
      inject: [ServiceDiscovery],
      useFactory: (discovery: ServiceDiscovery) => ({
        clients: [{ name: 'places', instances: discovery.source('places') }],
      }),
    }),
  ],
  controllers: [Gateway, MetricsController],
})
class GatewayModule {}

const replica = await NestFactory.createMicroservice(ReplicaModule, {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port },
  logger: ['error'],
});
await replica.listen();
await replica.get(Replica)['cities'].forKey(7).save({ id: 7, name: 'Zürich' });
const gateway = await NestFactory.create(GatewayModule, { logger: ['error'] });
await gateway.listen(0, '127.0.0.1');
const url = await gateway.getUrl();
const answers = [await (await fetch(url + '/cities/7')).json(), await (await fetch(url + '/cities/7')).json()];
const metrics = await (await fetch(url + '/metrics')).text();
await gateway.close();
await replica.close();
console.log(JSON.stringify({ answers, reads, metrics }));
`;

let app: FreshApp;
let blocks: readonly ReadmeBlock[];

beforeAll(async () => {
  app = await FreshApp.create();
  blocks = await readmeBlocks();
}, 180_000);

afterAll(() => app.remove());

describe('the packed libs in a fresh Nest application', () => {
  it('compile with plain tsc, start, and work together', async () => {
    await app.write('src/main.ts', APPLICATION);
    await app.compile();
    const { answers, reads, metrics } = JSON.parse(
      await app.run('env', `PLACES_PORT=${await freePort()}`, 'node', 'dist/main.js'),
    );
    expect(answers).toEqual([
      { id: 7, name: 'Zürich' },
      { id: 7, name: 'Zürich' },
    ]);
    expect(reads).toBe(1);
    expect(metrics).toContain('envol_cache_hits_total{cache="main"} 1');
    expect(metrics).toContain('envol_performance_measure_seconds_count{key="cities",outcome="ok"} 2');
    expect(metrics).toContain('envol_discovery_instances{service="places"} 1');
  }, 120_000);

  it('can be required from CommonJS', async () => {
    const entries = await publicEntries();
    await app.write(
      'require.cjs',
      `for (const entry of ${JSON.stringify(entries)}) console.log(Object.keys(require(entry)).length);`,
    );
    const counts = (await app.run('node', '--no-warnings', 'require.cjs')).trim().split('\n').map(Number);
    expect(counts).toHaveLength(entries.length);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  }, 60_000);

  it('bring the command envol', async () => {
    await expect(app.run('node_modules/.bin/envol', '--help')).resolves.toContain('envol');
  }, 60_000);

  it('bring no tests along', async () => {
    const listing = await app.run('find', 'node_modules/@envol/', '-name', '*.spec.*', '-o', '-name', '.tsbuildinfo');
    expect(listing).toBe('');
  });
});

describe('the TypeScript of the READMEs', () => {
  it('compiles, every block on its own', async () => {
    await Promise.all(blocks.map(({ name, code }) => app.write(`src/readme/${name}.ts`, `${code}\nexport {};\n`)));
    expect(blocks.length).toBeGreaterThan(0);
    await expect(app.compile()).resolves.toBe('');
  }, 120_000);

  it('runs where it is a whole program, at least one for each package', async () => {
    const programs = blocks.filter(({ isProgram }) => isProgram);
    const withProgram = new Set(programs.map(({ owner }) => owner));
    expect(withProgram).toEqual(new Set((await packages()).map((folder) => basename(folder))));
    for (const { name } of programs) await app.run('node', `dist/readme/${name}.js`);
  }, 300_000);
});

describe('without the optional peers', () => {
  it('the main entries work, and a subpath names the package that it lacks', async () => {
    await Promise.all(['ioredis', 'pg', 'sql.js'].map((peer) => app.remove(`node_modules/${peer}`)));
    await app.run('node', '--input-type=module', '-e', `import '@envol/cache'; import '@envol/sharding';`);
    const missing = app.run('node', '--input-type=module', '-e', `import '@envol/cache/redis';`);
    await expect(missing).rejects.toThrow(/Cannot find package 'ioredis'/);
  }, 60_000);
});
