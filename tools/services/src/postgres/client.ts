import { resolve } from 'node:path';
import { Client } from 'pg';
import { HOST } from '../process/ports.js';

const USER = 'postgres';

export function databaseUrl(port: number, database: string): string {
  return `postgres://${USER}@${HOST}:${port}/${encodeURIComponent(database)}`;
}

/** Connects and asks for the server's folder: while ours fails to bind the port, another may answer on it. */
export async function probe(port: number, cluster: string): Promise<void> {
  await withClient(port, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    const answering = rows[0]?.data_directory ?? '';
    if (resolve(answering) !== resolve(cluster)) throw new Error('another PostgreSQL answers on this port');
  });
}

/** Creates the databases that do not exist yet. One after the other: they are copies of one template. */
export async function createDatabases(port: number, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await withClient(port, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map(({ datname }) => datname));
    for (const name of new Set(names)) {
      if (!existing.has(name)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  });
}

async function withClient(port: number, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({
    host: HOST,
    port,
    user: USER,
    password: '',
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 2000,
    query_timeout: 30_000,
  });
  client.on('error', () => undefined); // what matters rejects the query
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
