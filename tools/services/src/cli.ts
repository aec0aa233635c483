import { once } from 'node:events';
import { explain, install } from './install/install.js';
import { serviceNames, startService } from './registry.js';

const USAGE = `Usage: cli.js install | start
  install  get the servers that this machine lacks into a cache folder, and try each one
  start    start Redis and PostgreSQL (databases atlas_0 to atlas_3) until Ctrl-C`;

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function main(command: string | undefined): Promise<number> {
  if (command === 'install') return (await install(serviceNames, print)) ? 0 : 1;
  if (command === 'start') return start();
  print(USAGE);
  return command === undefined || command === '--help' ? 0 : 2;
}

async function start(): Promise<number> {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.abort());
  const databases = ['atlas_0', 'atlas_1', 'atlas_2', 'atlas_3'];
  const [redis, postgres] = await Promise.all([startService('redis'), startService('postgres', { databases })]);
  print(`export REDIS_URL=${redis.url}`);
  print(`export SHARD_URLS=${databases.map((name) => postgres.databaseUrl(name)).join(',')}`);
  print('# Running. Ctrl-C stops both.');
  const awake = setInterval(() => undefined, 2 ** 30);
  if (!asked.signal.aborted) await once(asked.signal, 'abort');
  clearInterval(awake);
  await Promise.all([redis.stop(), postgres.stop()]);
  return 0;
}

function print(line: string): void {
  console.log(line);
}
