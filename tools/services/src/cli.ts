import { once } from 'node:events';
import { explain, install } from './install/install.js';
import { installables } from './install/installables.js';
import type { PostgresService } from './postgres/postgres.js';
import { startAll } from './process/start-all.js';
import { startService } from './registry.js';
import type { Service } from './service.js';

const USAGE = `Usage: cli.js install | start [--atlas]
  install  get the programs that this machine lacks into a cache folder, and try each one
  start    start Redis and PostgreSQL (databases atlas_0 to atlas_3) until Ctrl-C
           --atlas: also memcached and Consul, and the databases on two PostgreSQL servers`;

/** What was started. */
interface Started {
  readonly services: readonly Service[];
  /** How a program finds it. */
  readonly variables: Readonly<Record<string, string>>;
}

const commands = new Map<string, () => Promise<number>>([
  ['install', async () => ((await install(installables, print)) ? 0 : 1)],
  ['start', () => runUntilSignal(startUsual, 'both')],
  ['start --atlas', () => runUntilSignal(startForAtlas, 'all')],
  ['--help', async () => (print(USAGE), 0)],
]);

try {
  process.exitCode = await main(process.argv.slice(2).join(' ') || '--help');
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function main(words: string): Promise<number> {
  const command = commands.get(words);
  if (command) return command();
  console.error(`"${words}" is not a command.\n${USAGE}`);
  return 2;
}

async function startUsual(): Promise<Started> {
  const databases = ['atlas_0', 'atlas_1', 'atlas_2', 'atlas_3'];
  const [redis, postgres] = await startAll([startService('redis'), startService('postgres', { databases })]);
  return {
    services: [redis, postgres],
    variables: { REDIS_URL: redis.url, SHARD_URLS: urls(postgres, databases).join(',') },
  };
}

async function startForAtlas(): Promise<Started> {
  const [here, there] = [
    ['atlas_0', 'atlas_1'],
    ['atlas_2', 'atlas_3'],
  ];
  const services = await startAll([
    startService('redis'),
    startService('memcached'),
    startService('consul'),
    startService('postgres', { databases: here }),
    startService('postgres', { databases: there }),
  ]);
  const [redis, memcached, consul, first, second] = services;
  return {
    services,
    variables: {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: `${memcached.host}:${memcached.port}`,
      CONSUL_URL: consul.url,
      SHARD_URLS: [...urls(first, here), ...urls(second, there)].join(','),
    },
  };
}

async function runUntilSignal(start: () => Promise<Started>, what: string): Promise<number> {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.abort());
  const { services, variables } = await start();
  for (const [name, value] of Object.entries(variables)) print(`export ${name}=${value}`);
  print(`# Running. Ctrl-C stops ${what}.`);
  const awake = setInterval(() => undefined, 2 ** 30);
  if (!asked.signal.aborted) await once(asked.signal, 'abort');
  clearInterval(awake);
  await Promise.all(services.map((service) => service.stop()));
  return 0;
}

function urls(server: PostgresService, databases: readonly string[]): string[] {
  return databases.map((name) => server.databaseUrl(name));
}

function print(line: string): void {
  console.log(line);
}
