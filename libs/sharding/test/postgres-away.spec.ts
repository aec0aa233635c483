import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { eventually } from '@envol/common/testing';
import { startService } from '@envol/services';
import { isShardUnavailable, ShardUnavailableError, type ShardRouter } from '../src/index.js';
import { City } from './entities.js';
import { closeRouters, connectedRouter, keyOn } from './support.js';

type Postgres = Awaited<ReturnType<typeof startService<'postgres'>>>;

const city = (id: number) => ({ id, name: 'x', population: 1, region: null });

/** Both timeouts together, and what a busy machine may add. */
const CONNECT = 400;
const QUERY = 600;
const SLACK = 5_000;

async function failureOf(work: Promise<unknown>): Promise<ShardUnavailableError> {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (caught: unknown) => caught,
  );
  if (isShardUnavailable(error)) return error;
  throw error;
}

/** Logs everybody in, as PostgreSQL does, and never says another word. */
async function startMuteServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    // AuthenticationOk, ReadyForQuery (idle).
    socket.once('data', () => socket.write(Uint8Array.of(0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    connections: () => sockets.size,
    close: () => server.close(),
  };
}

describe('a PostgreSQL shard', () => {
  let sick: Postgres;
  let well: Postgres;
  let router: ShardRouter;
  let [sickKey, wellKey] = [0, 0];

  beforeAll(async () => {
    [sick, well] = await Promise.all([
      startService('postgres', { databases: ['app'] }),
      startService('postgres', { databases: ['app'] }),
    ]);
  }, 60_000);
  afterAll(() => Promise.all([sick.stop(), well.stop()]));

  const start = async () => {
    router = await connectedRouter([City], {
      shards: [
        { name: 'sick', type: 'postgres', url: sick.databaseUrl('app'), poolSize: 4 },
        { name: 'well', type: 'postgres', url: well.databaseUrl('app'), poolSize: 4 },
      ],
      connectTimeout: CONNECT,
      queryTimeout: QUERY,
      reconnectEvery: 50,
    });
    sickKey = keyOn(router, 'sick');
    wellKey = keyOn(router, 'well');
  };
  const cities = () => router.repository(City);
  const stateOf = (shard: string) => router.describe().find(({ name }) => name === shard)?.state;
  const ask = async () => router.dataSource('sick').getRepository(City).count();
  const untilUp = () => eventually(() => stateOf('sick') === 'up', 20_000);

  beforeEach(async () => {
    await start();
    await untilUp();
  }, 30_000);
  afterEach(async () => {
    await sick.resume().catch(() => undefined);
    await closeRouters();
  }, 30_000);

  it('that is paused fails in time, then at once; the others go on; it comes back by itself', async () => {
    await Promise.all([ask(), ask(), ask()]);
    await sick.pause();
    const before = performance.now();
    await failureOf(ask());
    expect(performance.now() - before).toBeLessThan(CONNECT + QUERY + SLACK);
    await eventually(async () => {
      await failureOf(ask());
      return stateOf('sick') === 'away';
    });

    expect(() => cities().forKey(sickKey)).toThrow(ShardUnavailableError);
    await expect(ask()).rejects.toThrow('it is known to be away (Query read timeout)');
    await expect(cities().scatter.count()).rejects.toThrow('shard "sick" is not available');
    await cities().forKey(wellKey).save(city(wellKey));
    expect(await cities().scatter.count({ id: wellKey })).toBe(1);
    expect(router.describe()[0]?.pool).toMatchObject({ open: 0, waiting: 0 });

    await sick.resume();
    await untilUp();
    await cities().forKey(sickKey).save(city(sickKey));
    expect(await cities().scatter.count()).toBe(2);
  }, 60_000);

  it('that did not answer once is not given the same connection again', async () => {
    await ask();
    await sick.pause();
    await failureOf(ask());
    expect(router.describe()[0]).toMatchObject({ state: 'up', pool: { open: 0, idle: 0, waiting: 0 } });
    await sick.resume();
    expect(await ask()).toBeGreaterThanOrEqual(0);
  }, 60_000);

  it('that takes connections and answers nothing is left with none', async () => {
    const mute = await startMuteServer();
    const away = await connectedRouter([City], {
      shards: [{ name: 'mute', type: 'postgres', url: `postgres://127.0.0.1:${mute.port}/app` }],
      queryTimeout: 100,
    });
    expect(away.describe()[0]).toMatchObject({ state: 'away', problem: 'Query read timeout' });
    await eventually(() => mute.connections() === 0);
    mute.close();
  });

  it('that is killed and restarted comes back by itself, also for idle connections', async () => {
    await Promise.all([ask(), ask(), ask()]);
    const repository = cities().forKey(sickKey);
    await sick.kill();
    await failureOf(repository.count());
    await sick.restart();
    await eventually(() => repository.count(), 20_000);
    expect(stateOf('sick')).toBe('up');
  }, 60_000);

  it('that is lost inside of a transaction rolls it back, and says so without waiting once more', async () => {
    let timeOfLoss = 0;
    const lost = await failureOf(
      cities().transaction(sickKey, async (manager) => {
        await manager.query('SELECT 1');
        await sick.pause();
        await failureOf(manager.query('SELECT 1'));
        timeOfLoss = performance.now();
        await failureOf(manager.query('SELECT 1'));
        throw await failureOf(manager.query('SELECT 1'));
      }),
    );
    expect(lost.shard).toBe('sick');
    expect(performance.now() - timeOfLoss).toBeLessThan(QUERY);
    await sick.resume();
  }, 60_000);

  it('that breaks between two statements of a transaction is told as lost', async () => {
    const lost = await failureOf(
      cities().transaction(sickKey, async (manager) => {
        const [{ pid } = { pid: 0 }]: { pid: number }[] = await manager.query('SELECT pg_backend_pid() AS pid');
        await router.dataSource('sick').query('SELECT pg_terminate_backend($1)', [pid]);
        await eventually(async () => {
          const rows: unknown[] = await router
            .dataSource('sick')
            .query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid]);
          return rows.length === 0;
        });
        await manager.query('SELECT 1');
      }),
    );
    expect(lost.shard).toBe('sick');
  }, 60_000);

  it('that is lost during COMMIT says that the outcome is unknown', async () => {
    const lost = await failureOf(
      cities().transaction(sickKey, async (manager) => {
        await manager.query('SELECT 1');
        await sick.pause();
      }),
    );
    expect(lost.message).toContain('not known whether the transaction took effect');
    await sick.resume();
  }, 60_000);

  it('that is dead at the start delays nobody and is there once it is up', async () => {
    await closeRouters();
    await sick.kill();
    await start();
    expect([stateOf('sick'), stateOf('well')]).toEqual(['away', 'up']);
    expect(() => cities().forKey(sickKey)).toThrow('it is known to be away');
    await expect(ask()).rejects.toThrow(ShardUnavailableError);
    expect(JSON.stringify(router.describe())).not.toContain(new URL(sick.url).password || 'no password');
    await sick.restart();
    await untilUp();
    await cities().forKey(sickKey).save(city(sickKey));
  }, 60_000);

  it('that hangs at the start delays nobody and is there once it goes on', async () => {
    await closeRouters();
    await sick.pause();
    const before = performance.now();
    await start();
    expect(performance.now() - before).toBeLessThan(CONNECT + SLACK);
    expect(stateOf('sick')).toBe('away');
    await sick.resume();
    await untilUp();
    expect(await ask()).toBeGreaterThanOrEqual(0);
  }, 60_000);
});
