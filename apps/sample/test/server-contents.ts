import { connect } from 'node:net';
import type { Service } from '@envol/services';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { queryDatabase } from '../src/demo/query-database.js';

const planSchema = z.array(z.object({ 'QUERY PLAN': z.string() }));

const instancesSchema = z.array(
  z.object({
    Service: z.object({ Address: z.string(), Port: z.int(), Meta: z.object({ metrics_port: z.string() }) }),
  }),
);

/** How a database would answer `sql`. */
export async function explain(url: string, sql: string): Promise<string> {
  const rows = planSchema.parse(await queryDatabase(url, `EXPLAIN ${sql}`));
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Instances of a service that pass their checks in Consul. */
export async function passingInstances(consul: Service, service: string) {
  const response = await fetch(`${consul.url}/v1/health/service/${service}?passing=true`);
  return instancesSchema.parse(await response.json()).map(({ Service: { Address, Port, Meta } }) => ({
    address: `${Address}:${Port}`,
    metricsPort: Meta.metrics_port,
  }));
}

/** Everything that Consul knows of a service. */
export async function registeredInstances(consul: Service, service: string): Promise<unknown> {
  return (await fetch(`${consul.url}/v1/catalog/service/${service}`)).json();
}

export async function redisKeys(redis: Service): Promise<string[]> {
  const client = new Redis(redis.url);
  try {
    return await client.keys('*');
  } finally {
    client.disconnect();
  }
}

/** How many items memcached holds. */
export function memcachedItems({ host, port }: Service): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write('stats\r\nquit\r\n'));
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/STAT curr_items (\d+)/.exec(received)?.[1])));
  });
}
