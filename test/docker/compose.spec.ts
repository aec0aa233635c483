import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkProfile } from '../../apps/sample/src/profile.js';
import { readSettings } from '../../apps/sample/src/settings.js';
import { headExports, parseCompose, readComposeText, ROOT, type ComposeFile } from './compose-file.js';
import { ruleProblems } from './compose-rules.js';
import { schemaProblems } from './compose-schema.js';

let text: string;
let compose: ComposeFile;

beforeAll(async () => {
  text = await readComposeText();
  compose = parseCompose(text);
});

/** The text with one thing changed, which must be there. */
function changed(before: string, after: string): string {
  expect(text).toContain(before);
  return text.replace(before, after);
}

describe('docker-compose.yml', () => {
  it('follows the Compose Specification', () => {
    expect(schemaProblems(text)).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'healthcheck:', 'healthchek:', 'healthchek'],
    ['a misspelt key of the top level', 'volumes:\n  postgres-1:', 'volume:\n  postgres-1:', '(volume)'],
    ['an unknown condition', 'condition: service_healthy', 'condition: healthy', 'allowed values'],
    ['a time without a unit', 'interval: 2s', "interval: '2'", 'interval must match format "duration"'],
    ['a port that is none', '127.0.0.1:16379:6379', '127.0.0.1:redis:6379', '/services/redis/ports/0'],
    ['a project name in capitals', 'name: atlas', 'name: Atlas', '/name must match pattern'],
  ])('would be refused with %s', (_, before, after, problem) => {
    expect(schemaProblems(changed(before, after)).join('\n')).toContain(problem);
  });

  it('has exact versions, health checks and limits, listens on loopback only, and mounts what is there', () => {
    expect(ruleProblems(compose)).toEqual([]);
  });

  it.each([
    ['redis: redis:latest has no exact version', 'redis:8.8.0-alpine', 'redis:latest'],
    ['redis: redis:8.8 has no exact version', 'redis:8.8.0-alpine', 'redis:8.8'],
    ['prometheus: prom/prometheus has no exact version', 'prom/prometheus:v3.13.1', 'prom/prometheus'],
    ['redis: port 16379:6379 is not bound to 127.0.0.1', '127.0.0.1:16379:6379', '16379:6379'],
    ['postgres-1: port 15432 is taken by redis', '127.0.0.1:16379:6379', '127.0.0.1:15432:6379'],
    ['prometheus: port 19090 is taken by consul', '127.0.0.1:18500:8500', '127.0.0.1:19090:8500'],
    ['grafana: port 3000 is taken by Atlas', "HTTP_PORT: '13000'", "HTTP_PORT: '3000'"],
    ['prometheus: without --web.listen-address=127.0.0.1:', 'listen-address=127.0.0.1:', 'listen-address=:'],
    ['grafana: without GF_SERVER_HTTP_ADDR=127.0.0.1', 'HTTP_ADDR: 127.0.0.1', "HTTP_ADDR: ''"],
    ['redis: ports mean nothing', 'mem_limit: 128m', 'network_mode: host'],
    ['memcached: nobody knows what keeps it', "ports: ['127.0.0.1:21211:11211']", 'network_mode: host'],
    ['postgres-2: ./docker/postgres/postgres-3.sql does not exist', 'postgres-2.sql:/', 'postgres-3.sql:/'],
    ['prometheus: ./docker/prometheus can be written from inside', '/etc/prometheus:ro', '/etc/prometheus'],
    ['prometheus: metrics is no volume of this file', '- prometheus:/prometheus', '- metrics:/prometheus'],
    ['volume prometheus: nobody uses it', '- prometheus:/prometheus', '- grafana:/prometheus'],
    ['prometheus: depends on registry, which is not there', 'consul: { condition', 'registry: { condition'],
    ['prometheus: does not wait until consul is healthy', 'service_healthy', 'service_started'],
    ['redis: its memory has no limit', 'mem_limit: 128m', '# mem_limit: 128m'],
  ])('would be refused: %s', (problem, before, after) => {
    expect(ruleProblems(parseCompose(changed(before, after))).join('\n')).toContain(problem);
  });

  it('would be refused: redis: it has no health check', () => {
    const redis = text.slice(text.indexOf('  redis:'), text.indexOf('  memcached:'));
    const without = changed(redis, redis.slice(0, redis.indexOf('    healthcheck:')));
    expect(ruleProblems(parseCompose(without))).toEqual(['redis: it has no health check']);
  });
});

describe('the exports at the head of docker-compose.yml', () => {
  it('name the ports, the user, the password and the databases of the services', async () => {
    const shards = await Promise.all(['postgres-1', 'postgres-2'].map(databaseUrls));
    expect(headExports(text)).toEqual({
      REDIS_URL: `redis://${published('redis')}`,
      MEMCACHED_SERVERS: published('memcached'),
      CONSUL_URL: `http://${published('consul')}`,
      SHARD_URLS: shards.flat().join(','),
    });
  });

  it('are all that the real profile of Atlas asks for', () => {
    expect(() => checkProfile(['--profile', 'real'], readSettings(headExports(text)))).not.toThrow();
  });

  it('end where the file begins', () => {
    expect(headExports('# export A=1\nname: atlas\n# export B=2\n')).toEqual({ A: '1' });
  });

  it('ask the health check for the last database that each server makes', async () => {
    for (const name of ['postgres-1', 'postgres-2']) {
      const last = (await databases(name)).at(-1);
      expect(compose.services[name]?.healthcheck?.test).toContain(`--dbname=${last}`);
    }
  });
});

async function databaseUrls(name: string): Promise<string[]> {
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password } = compose.services[name]?.environment ?? {};
  return (await databases(name)).map((database) => `postgres://${user}:${password}@${published(name)}/${database}`);
}

/** The databases that the script makes which a PostgreSQL server runs at its first start; it does nothing else. */
async function databases(name: string): Promise<string[]> {
  const mount = compose.services[name]?.volumes.find((volume) => volume.includes('/docker-entrypoint-initdb.d/')) ?? '';
  const lines = (await readFile(join(ROOT, mount.split(':')[0] ?? ''), 'utf8')).trim().split('\n');
  const statements = lines.filter((line) => !line.startsWith('--'));
  const names = statements.map((statement) => /^CREATE DATABASE (\w+);$/.exec(statement)?.[1]);
  expect(names).not.toContain(undefined);
  return names.flatMap((database) => database ?? []);
}

/** Where the one port of a service is on the host: `127.0.0.1:16379`. */
function published(name: string): string {
  const [port = ''] = compose.services[name]?.ports ?? [];
  return port.slice(0, port.lastIndexOf(':'));
}
