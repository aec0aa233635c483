import { afterEach, describe, expect, it } from '@jest/globals';
import { Atlas, isAlive } from './atlas.js';

const started: Atlas[] = [];

async function launch(settings: NodeJS.ProcessEnv, how: 'start' | 'launch' = 'launch'): Promise<Atlas> {
  const atlas = await Atlas[how](settings);
  started.push(atlas);
  return atlas;
}

afterEach(async () => {
  for (const atlas of started.splice(0).toReversed()) await atlas.close();
});

describe('the embedded profile', () => {
  it('starts on nothing, says what to try, ends on Ctrl-C in time without an orphan or a lost request, and keeps its data', async () => {
    const first = await launch({}, 'start');
    expect(first.output).toContain('135,233 of 135,233');
    expect(first.output).toContain(`curl ${first.url}/cities/2988507`);
    await expect(first.get('/cities/2988507')).resolves.toMatchObject({ body: { name: 'Paris' } });
    await first.post('/checkins', { userId: 1, cityId: 2_988_507 });
    const pids = [first.pid, await first.postgresPid(), ...first.pids.values()];
    expect(pids).toHaveLength(6);
    expect(pids.every(isAlive)).toBe(true);
    const twin = await launch({ ATLAS_DIR: first.directory });
    await expect(twin.ended()).resolves.toBe(1);
    expect(twin.output).toContain('Another Atlas runs on the data');
    expect(twin.output).toContain('ATLAS_DIR=.atlas-2');
    const readers = Array.from({ length: 20 }, () => readUntilAskedToLeave(first));
    expect(await first.interrupt()).toBeLessThan(5_000);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(new Set(await Promise.all(readers))).toEqual(new Set(['asked to leave']));

    const second = await launch({ ATLAS_DIR: first.directory }, 'start');
    expect(second.output).not.toContain('Loading cities');
    await expect(second.get('/users/1/checkins')).resolves.toMatchObject({ body: [{ cityId: 2_988_507 }] });
  }, 300_000);
});

/** Reads without a pause until an answer says that the connection closes; resolves to what the reads came to. */
async function readUntilAskedToLeave(atlas: Atlas): Promise<unknown> {
  for (;;) {
    try {
      const { status, headers } = await atlas.get('/cities/2988507');
      if (status !== 200) return status;
      if (headers.get('connection') === 'close') return 'asked to leave';
    } catch (error) {
      return error;
    }
  }
}

describe('what keeps Atlas from starting', () => {
  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'a setting that is wrong',
      { CACHE_TTL: 'soon', REPLICAS: '0' },
      /REPLICAS: expected a whole number from 1 to 16; CACHE_TTL: expected a duration/,
    ],
    ['a database url that is none', { SHARD_URLS: 'mysql://localhost/a' }, /SHARD_URLS: expected postgres:/],
    ['a host that is none', { HOST: 'nowhere.invalid' }, /HOST is no address/],
    ['one port for both', { PORT: '3999', MANAGEMENT_PORT: '3999' }, /MANAGEMENT_PORT: is the same as PORT/],
  ])(
    '%s is named, and the process ends with code 1',
    async (_, settings, message) => {
      const atlas = await launch(settings);
      await expect(atlas.ended()).resolves.toBe(1);
      expect(atlas.output).toMatch(message);
      expect(atlas.output).not.toMatch(/^ +at /m);
    },
    60_000,
  );

  it('a taken port is named at once, with what to do', async () => {
    const { createServer } = await import('node:net');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const atlas = await launch({ PORT: `${port}` });
    await expect(atlas.ended()).resolves.toBe(1);
    expect(atlas.output).toContain(`Port ${port} of 127.0.0.1 is taken.`);
    expect(atlas.output).toContain('PORT=3100');
    expect(atlas.output).not.toMatch(/^ +at /m);
    server.close();
  }, 60_000);

  it('a platform without a PostgreSQL is told to name its own databases', async () => {
    const atlas = await launch({ ENVOL_POSTGRES_BIN: '/nowhere' });
    await expect(atlas.ended()).resolves.toBe(1);
    expect(atlas.output).toContain('SHARD_URLS=postgres://');
    expect(atlas.output).not.toMatch(/^ +at /m);
  }, 60_000);

  it('shards that cannot be reached are named, without their password', async () => {
    const atlas = await launch({ SHARD_URLS: 'postgres://atlas:s3cret@127.0.0.1:1/atlas_0' });
    await expect(atlas.ended()).resolves.toBe(1);
    expect(atlas.output).toContain('shard0 (127.0.0.1:1/atlas_0) cannot be used');
    expect(atlas.output).toContain('SHARD_URLS');
    expect(atlas.output).not.toContain('s3cret');
  }, 60_000);
});
