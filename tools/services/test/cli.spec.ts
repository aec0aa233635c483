import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { descendants, isAlive, redisCommand, say, sql, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

/** Needs the built package: `npx tsc -b tools/services`. */
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

describe('npm run services', () => {
  let temporary = '';
  let started: ChildProcess | undefined;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
    chmodSync(temporary, 0o755);
  });
  afterEach(() => {
    started?.kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  });

  function run(words: string[], environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, [CLI, ...words], {
      env: { ...process.env, TMPDIR: temporary, ...environment },
    });
    started = child;
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (output.stdout += String(text)));
    child.stderr.on('data', (text) => (output.stderr += String(text)));
    const ended = once(child, 'close').then(([code]: unknown[]) => code);
    return { child, output, ended };
  }

  /** The variables that a shell would have after it read the output. */
  function variables(output: string): Record<string, string> {
    return Object.fromEntries([...output.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
  }

  const shardUrls = (output: string): string[] => variables(output)['SHARD_URLS']?.split(',') ?? [];

  const left = (): string[] => readdirSync(temporary).filter((name) => !name.startsWith('envol-services-'));

  it('starts all that Atlas can use with --atlas, says where it is, and ends it on a signal', async () => {
    const { child, output, ended } = run(['start', '--atlas']);
    await until(() => output.stdout.includes('\n# Running. ') || child.exitCode !== null, 'it says that it runs');
    expect(output.stdout).toMatch(/^(export \w+=\S+\n){4}# Running\. Ctrl-C stops all\.\n$/);
    const { REDIS_URL, MEMCACHED_SERVERS, CONSUL_URL } = variables(output.stdout);

    expect(await redisCommand(Number(new URL(REDIS_URL ?? '').port), 'PING')).toBe('+PONG\r\n');
    expect(MEMCACHED_SERVERS).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await say(Number(MEMCACHED_SERVERS?.split(':')[1]), 'version\r\n')).toMatch(/^VERSION/);
    expect((await fetch(`${CONSUL_URL}/v1/status/leader`)).status).toBe(200);
    const shards = shardUrls(output.stdout);
    const databases = await Promise.all(shards.map((url) => sql(url, 'SELECT current_database()')));
    expect(databases.flat()).toEqual(['atlas_0', 'atlas_1', 'atlas_2', 'atlas_3']);
    const [first, second, third, fourth] = shards.map((url) => new URL(url).port);
    expect([second, fourth]).toEqual([first, third]);
    expect(third).not.toBe(first);

    const processes = descendants(child.pid ?? 0);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('starts Redis and one PostgreSQL without it', async () => {
    const { child, output, ended } = run(['start']);
    await until(() => output.stdout.includes('\n# Running. ') || child.exitCode !== null, 'it says that it runs');
    expect(Object.keys(variables(output.stdout))).toEqual(['REDIS_URL', 'SHARD_URLS']);
    const shards = shardUrls(output.stdout).map((url) => new URL(url));
    expect(shards.map(({ pathname }) => pathname)).toEqual(['/atlas_0', '/atlas_1', '/atlas_2', '/atlas_3']);
    expect(new Set(shards.map(({ port }) => port)).size).toBe(1);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(left()).toEqual([]);
  });

  it('says what is missing and leaves nothing when one of them cannot be started', async () => {
    const { output, ended } = run(['start', '--atlas'], { ENVOL_CONSUL: join(temporary, 'nothing') });
    expect(await ended).toBe(1);
    expect(output.stderr).toContain(`consul was not found. Looked in: ENVOL_CONSUL (${temporary}/nothing).`);
    expect(output.stdout).toBe('');
    expect(left()).toEqual([]);
  });

  it.each([[['start', '--atlsa']], [['start', '--atlas', 'now']], [['install', '--atlas']], [['toString']]])(
    'refuses %j, with its usage',
    async (words) => {
      const { output, ended } = run(words);
      expect(await ended).toBe(2);
      expect(output.stderr).toContain(`"${words.join(' ')}" is not a command.\nUsage: `);
    },
  );
});
