import { connect } from 'node:net';
import { startService, type PostgresService, type Service } from '@envol/services';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { z } from 'zod';

const entrySchema = z.object({
  Service: z.object({ Address: z.string(), Port: z.int(), Meta: z.object({ metrics_port: z.string() }) }),
});

/** The servers of the real profile, throwaway: Redis, memcached, Consul, and two PostgreSQL with two databases each. */
export class RealServers {
  private constructor(
    readonly redis: Service,
    readonly memcached: Service,
    readonly consul: Service,
    readonly postgres: readonly [PostgresService, PostgresService],
  ) {}

  static async start(): Promise<RealServers> {
    const [redis, memcached, consul, first, second] = await Promise.all([
      startService('redis'),
      startService('memcached'),
      startService('consul'),
      startService('postgres', { databases: ['atlas_0', 'atlas_1'] }),
      startService('postgres', { databases: ['atlas_2', 'atlas_3'] }),
    ]);
    return new RealServers(redis, memcached, consul, [first, second]);
  }

  /** One URL for each shard, in order. */
  get shardUrls(): readonly string[] {
    const [first, second] = this.postgres;
    return [
      ...['atlas_0', 'atlas_1'].map((name) => first.databaseUrl(name)),
      ...['atlas_2', 'atlas_3'].map((name) => second.databaseUrl(name)),
    ];
  }

  /** What Atlas needs to use them. */
  get environment(): NodeJS.ProcessEnv {
    return {
      REDIS_URL: this.redis.url,
      MEMCACHED_SERVERS: `${this.memcached.host}:${this.memcached.port}`,
      CONSUL_URL: this.consul.url,
      SHARD_URLS: this.shardUrls.join(','),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.redis, this.memcached, this.consul, ...this.postgres].map((server) => server.stop()));
  }

  /** Rows of a table, shard by shard. */
  async count(table: string): Promise<number[]> {
    const rows = await Promise.all(this.shardUrls.map((url) => query(url, `SELECT count(*)::int AS n FROM ${table}`)));
    return rows.map(([row]) => z.object({ n: z.int() }).parse(row).n);
  }

  /** How the first shard would answer `sql`. */
  async explain(sql: string): Promise<string> {
    const rows = await query(this.shardUrls[0] ?? '', `EXPLAIN ${sql}`);
    return rows.map((row) => z.object({ 'QUERY PLAN': z.string() }).parse(row)['QUERY PLAN']).join('\n');
  }

  /** Instances of a service that pass their checks. */
  async passing(service: string) {
    const response = await fetch(`${this.consul.url}/v1/health/service/${service}?passing=true`);
    return z
      .array(entrySchema)
      .parse(await response.json())
      .map(({ Service: { Address, Port, Meta } }) => ({
        address: `${Address}:${Port}`,
        metricsPort: Meta.metrics_port,
      }));
  }

  /** Everything that Consul knows of a service. */
  async registered(service: string): Promise<unknown> {
    return (await fetch(`${this.consul.url}/v1/catalog/service/${service}`)).json();
  }

  async redisKeys(): Promise<string[]> {
    const client = new Redis(this.redis.url);
    try {
      return await client.keys('*');
    } finally {
      client.disconnect();
    }
  }

  /** How many items memcached holds. */
  memcachedItems(): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.memcached.port, this.memcached.host, () => socket.write('stats\r\nquit\r\n'));
      let received = '';
      socket.setEncoding('utf8').on('data', (text: string) => (received += text));
      socket.on('error', reject);
      socket.on('close', () => resolve(Number(/STAT curr_items (\d+)/.exec(received)?.[1])));
    });
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
