import { Client } from 'pg';
import { z } from 'zod';

/** In milliseconds. */
const TIMEOUT = 10_000;

export interface ShardRows {
  readonly shard: string;
  readonly cities: number;
  readonly checkins: number;
}

const COUNT = 'SELECT (SELECT count(*) FROM city)::int AS cities, (SELECT count(*) FROM checkin)::int AS checkins';
const countsSchema = z.tuple([z.object({ cities: z.int(), checkins: z.int() })]);

/** Asks the databases themselves what each of them holds. */
export function countShardRows(urls: readonly string[]): Promise<ShardRows[]> {
  return Promise.all(
    urls.map(async (connectionString, index) => {
      const client = new Client({ connectionString, connectionTimeoutMillis: TIMEOUT, query_timeout: TIMEOUT });
      // Without a listener an error of an idle connection would end this process; the query tells of it too.
      client.on('error', () => undefined);
      await client.connect();
      try {
        const { rows } = await client.query(COUNT);
        const [counts] = countsSchema.parse(rows);
        return { shard: `shard${index}`, ...counts };
      } finally {
        await client.end();
      }
    }),
  );
}
