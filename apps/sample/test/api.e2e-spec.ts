import { readdir, readFile, readlink } from 'node:fs/promises';
import { eventually } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startService, type PostgresService } from '@envol/services';
import { promtoolCheck } from '../../../libs/performance/test/promtool.js';
import { Atlas } from './atlas.js';
import { CITIES, DATA } from './cities.js';

const PARIS = CITIES.find(({ id }) => id === 2_988_507);
const UNCHANGED = '2643743';

let atlas: Atlas;
let postgres: PostgresService;

beforeAll(async () => {
  postgres = await startService('postgres', { databases: ['a', 'b', 'c', 'd'] });
  const SHARD_URLS = ['a', 'b', 'c', 'd'].map((name) => postgres.databaseUrl(name)).join(',');
  atlas = await Atlas.start({ SHARD_URLS, CACHE_TTL: '1s' });
}, 150_000);

afterAll(async () => {
  await atlas.close();
  await postgres.stop();
});

describe('reading', () => {
  it('gives a city by its id', async () => {
    await expect(atlas.get('/cities/2988507')).resolves.toMatchObject({ status: 200, body: PARIS });
  });

  it('gives the largest cities of the world, over all shards', async () => {
    await expect(atlas.get('/cities/top')).resolves.toMatchObject({ status: 200, body: CITIES.slice(0, 10) });
    await expect(atlas.get('/cities/top?limit=100')).resolves.toMatchObject({ body: CITIES.slice(0, 100) });
  });

  it('gives all cities of a country page by page, without loss or repetition', async () => {
    const found: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await atlas.get(`/countries/ch/cities?limit=100${next === '' ? '' : `&after=${next}`}`);
      const page = body as { cities: unknown[]; next: string | null };
      found.push(...page.cities);
      next = page.next;
    }
    expect(found).toEqual(DATA.citiesOf('CH'));
  });

  it('gives count and population of a country', async () => {
    await expect(atlas.get('/countries/FR/stats')).resolves.toMatchObject({ status: 200, body: DATA.statsOf('FR') });
  });

  it('serves from the cache until the TTL is over: a row changed by SQL shows then', async () => {
    const before = await atlas.get(`/cities/${UNCHANGED}`);
    await changeName(Number(UNCHANGED), 'Londinium');
    await expect(atlas.get(`/cities/${UNCHANGED}`)).resolves.toMatchObject({ body: before.body });
    const after = await eventually(async () => {
      const { body } = await atlas.get(`/cities/${UNCHANGED}`);
      expect(body).toMatchObject({ name: 'Londinium' });
      return body;
    });
    expect(after).toEqual({ ...(before.body as object), name: 'Londinium' });
  });
});

describe('check-ins', () => {
  it('are written and read back, the latest first', async () => {
    const first = await atlas.post('/checkins', { userId: 7, cityId: 2_988_507 });
    expect(first).toMatchObject({ status: 201, body: { userId: 7, cityId: 2_988_507 } });
    const second = await atlas.post('/checkins', { userId: 7, cityId: 1_796_236 });
    const { body } = await atlas.get('/users/7/checkins');
    expect(body).toHaveLength(2);
    expect(body).toEqual(expect.arrayContaining([first.body, second.body]));
    await expect(atlas.get('/users/7/checkins?limit=1')).resolves.toMatchObject({ body: [{ userId: 7 }] });
    await expect(atlas.get('/users/8/checkins')).resolves.toMatchObject({ status: 200, body: [] });
  });

  it('lie in the one shard of the user, with the slot of the user', async () => {
    await atlas.post('/checkins', { userId: 42, cityId: 2_988_507 });
    const found = await Promise.all(
      ['a', 'b', 'c', 'd'].map((database) => query(database, 'SELECT shard_slot FROM checkin WHERE user_id = 42')),
    );
    // crc32('42') = 841265288, its lowest 14 bits are 12424: in the last quarter of the slots.
    expect(found).toEqual([[], [], [], [{ shard_slot: 12_424 }]]);
  });
});

describe('what is wrong', () => {
  it.each([
    ['/cities/abc', 400, 'id'],
    ['/cities/0', 400, 'id: expected a whole number from 1'],
    ['/cities/0x10', 400, 'id'],
    ['/cities/1e3', 400, 'id'],
    ['/cities/2147483648', 400, 'id'],
    ['/cities/top?limit=0', 400, 'limit'],
    ['/cities/top?limit=101', 400, 'limit: expected a whole number from 1 to 100'],
    ['/cities/top?limit=1&limit=2', 400, 'limit'],
    ['/cities/top?limt=5', 400, 'limt'],
    ['/countries/FRA/stats', 400, 'code'],
    ['/countries/FR/cities?after=forged', 400, 'cursor'],
    ['/users/-1/checkins', 400, 'id'],
    ['/cities/1', 404, 'city 1'],
    ['/countries/ZZ/stats', 404, 'ZZ'],
    ['/countries/ZZ/cities', 404, 'ZZ'],
    ['/nowhere', 404, '/nowhere'],
  ])('GET %s answers %i and names it', async (path, status, name) => {
    const answer = await atlas.get(path);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(name);
    expect(answer.body).toMatchObject({ statusCode: status, requestId: answer.headers.get('x-request-id') });
  });

  it.each([
    [{ userId: 'x', cityId: 1 }, 400, 'userId'],
    [{ userId: 1 }, 400, 'cityId'],
    [{ userId: 2_147_483_648, cityId: 1 }, 400, 'userId'],
    [{ userId: 1, cityId: 2, mood: 'good' }, 400, 'mood'],
    ['{"userId":', 400, 'JSON'],
    [{ userId: 1, cityId: 5 }, 404, 'city 5'],
  ])('POST /checkins with %j answers %i and names it', async (body, status, name) => {
    const answer = await atlas.post('/checkins', body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(name);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])('a body of type %s is refused', async (type) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: 'userId=1&cityId=2988507' };
    const answer = await atlas.get('/checkins', init);
    expect(answer).toMatchObject({ status: 415, body: { message: expect.stringContaining('application/json') } });
  });

  it('a cursor of another country is refused', async () => {
    const { body } = await atlas.get('/countries/FR/cities?limit=1');
    const { next } = body as { next: string };
    await expect(atlas.get(`/countries/DE/cities?limit=1&after=${next}`)).resolves.toMatchObject({ status: 400 });
  });
});

describe('the way of a request', () => {
  it('carries the id of its caller to the log of the gateway and of a replica', async () => {
    const requestId = 'trace-me-1';
    const answer = await atlas.get('/cities/292223', { headers: { 'x-request-id': requestId } });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    await eventually(() => {
      const names = atlas.logLines.filter((line) => line.requestId === requestId).map(({ name }) => name);
      expect(names).toContainEqual('gateway');
      expect(names).toContainEqual(expect.stringMatching(/^places:/));
    });
  });

  it('does not take an id that would not be harmless in a log', async () => {
    const answer = await atlas.get('/health/live', { headers: { 'x-request-id': 'a b"c' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it('touches no database in the gateway: it has no connection to one', async () => {
    const gateway = atlas.pids.get('gateway') ?? 0;
    const replica = [...atlas.pids].find(([name]) => name.startsWith('places:'))?.[1] ?? 0;
    await expect(connectionsTo(postgres.port, replica)).resolves.toBeGreaterThan(0);
    await expect(connectionsTo(postgres.port, gateway)).resolves.toBe(0);
  });
});

describe('the two ports', () => {
  it('say publicly only that the process lives and is ready', async () => {
    await expect(atlas.get('/health/live')).resolves.toMatchObject({ status: 200, body: { status: 'ok' } });
    await expect(atlas.get('/health/ready')).resolves.toMatchObject({ status: 200, body: { status: 'ok' } });
    for (const path of ['/docs', '/describe', '/health', '/metrics']) {
      await expect(atlas.get(path)).resolves.toMatchObject({ status: 404 });
    }
  });

  it('count every request in metrics that promtool accepts: those nobody serves and the health checks too', async () => {
    const count = (route: string, status: number) =>
      atlas.metric(`envol_performance_http_request_seconds_count{method="GET",route="${route}",status="${status}"}`);
    await atlas.get('/cities/2988507');
    await atlas.get('/nothing/here');
    await atlas.get('/health/live');
    await eventually(async () => {
      expect(await count('/cities/:id', 200)).toBeGreaterThan(0);
      expect(await count('_unmatched', 404)).toBeGreaterThan(0);
      expect(await count('/health/live', 200)).toBeGreaterThan(0);
    }, 10_000);
    await expect(promtoolCheck(await atlas.management<string>('/metrics'))).resolves.toBe('');
  });

  it('let the page on the management port call the API, and no other page', async () => {
    const allowedFor = async (origin: string) =>
      (await atlas.get('/cities/2988507', { headers: { origin } })).headers.get('access-control-allow-origin');
    await expect(allowedFor(atlas.managementUrl)).resolves.toBe(atlas.managementUrl);
    await expect(allowedFor('http://example.org')).resolves.toBeNull();
  });

  it('document every route on the management port, and describe who answers', async () => {
    const document = await atlas.management<{ paths: object; servers: unknown }>('/docs-json');
    expect(document.servers).toEqual([{ url: atlas.url }]);
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/checkins',
      '/cities/top',
      '/cities/{id}',
      '/countries/{code}/cities',
      '/countries/{code}/stats',
      '/health/live',
      '/health/ready',
      '/users/{id}/checkins',
    ]);
    const described = await atlas.management<{ places: unknown[] }>('/describe');
    expect(described.places).toHaveLength(3);
    await expect(fetch(`${atlas.managementUrl}/docs`)).resolves.toMatchObject({ status: 200 });
  });
});

async function query(database: string, sql: string, values: readonly unknown[] = []): Promise<unknown[]> {
  const client = new Client({ connectionString: postgres.databaseUrl(database) });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function changeName(id: number, name: string): Promise<void> {
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((database) => query(database, 'UPDATE city SET name = $2 WHERE id = $1', [id, name])),
  );
}

/** How many TCP connections to `port` a process has open. */
async function connectionsTo(port: number, pid: number): Promise<number> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const table = await readFile(`/proc/${pid}/net/tcp`, 'utf8');
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = table.split('\n').map((line) => line.trim().split(/\s+/));
  const inodes = sockets.filter(([, , address]) => address?.endsWith(remote)).map((columns) => columns[9]);
  return inodes.filter((inode) => targets.includes(`socket:[${inode}]`)).length;
}
