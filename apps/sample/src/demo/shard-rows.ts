import { z } from 'zod';
import { queryDatabase } from './query-database.js';

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
    urls.map(async (url, index) => {
      const [counts] = countsSchema.parse(await queryDatabase(url, COUNT));
      return { shard: `shard${index}`, ...counts };
    }),
  );
}
