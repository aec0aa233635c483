import { Client } from 'pg';

/** In milliseconds. */
const TIMEOUT = 10_000;

/** Runs one statement on a connection of its own; resolves to the rows. */
export async function queryDatabase(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: TIMEOUT, query_timeout: TIMEOUT });
  // Without a listener an error of an idle connection would end this process; the query tells of it too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
