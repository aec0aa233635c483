import { once } from 'node:events';
import { startAtlasServers } from './atlas-servers.js';
import { explain, install } from './install/install.js';
import { installables } from './install/installables.js';
import { startAll } from './process/start-all.js';
import { startService } from './registry.js';

const USAGE = `Usage: cli.js install | start [--atlas]
  install  get the programs that this machine lacks into a cache folder, and try each one
  start    start Redis and PostgreSQL (databases atlas_0 to atlas_3) until Ctrl-C
           --atlas: also memcached and Consul, and the databases on two PostgreSQL servers`;

/** Servers that run. */
interface Started {
  /** The variables by which a program finds them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const commands = new Map<string, () => Promise<number>>([
  ['install', async () => ((await install(installables, print)) ? 0 : 1)],
  ['start', () => runUntilSignal(startUsual, 'both')],
  ['start --atlas', () => runUntilSignal(startAtlasServers, 'all')],
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
  const shardUrls = databases.map((name) => postgres.databaseUrl(name));
  return {
    environment: { REDIS_URL: redis.url, SHARD_URLS: shardUrls.join(',') },
    async stop() {
      await Promise.all([redis.stop(), postgres.stop()]);
    },
  };
}

async function runUntilSignal(start: () => Promise<Started>, what: string): Promise<number> {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.abort());
  const started = await start();
  for (const [name, value] of Object.entries(started.environment)) print(`export ${name}=${value}`);
  print(`# Running. Ctrl-C stops ${what}.`);
  const awake = setInterval(() => undefined, 2 ** 30);
  if (!asked.signal.aborted) await once(asked.signal, 'abort');
  clearInterval(awake);
  await started.stop();
  return 0;
}

function print(line: string): void {
  console.log(line);
}
