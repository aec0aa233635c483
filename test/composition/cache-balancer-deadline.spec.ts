import { Cache, CacheModule } from '@envol/cache';
import { requestContext } from '@envol/common';
import { eventually } from '@envol/common/testing';
import { staticRegistry } from '@envol/discovery';
import { clientToken, LoadBalancedClientProxy } from '@envol/load-balancer';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { echoClient } from './gateway.js';
import { Replica } from './replica.js';

let app: TestingModule | undefined;
let replica: Replica | undefined;
afterEach(async () => {
  await app?.close();
  await replica?.close();
});

/** An answer that comes when the test says so. */
class Answer {
  calls = 0;
  give: () => void = () => undefined;
  readonly #given = new Promise<void>((resolve) => (this.give = resolve));

  async of(data: unknown): Promise<unknown> {
    this.calls += 1;
    await this.#given;
    return data;
  }
}

async function start(answer: Answer) {
  const registry = staticRegistry();
  replica = await Replica.start(registry, (data) => answer.of(data));
  app = await Test.createTestingModule({ imports: [CacheModule.forRoot({}), ...echoClient(registry)] }).compile();
  await app.init();
  const client = app.get<LoadBalancedClientProxy>(clientToken('echo'), { strict: false });
  const cache = app.get(Cache);
  await eventually(() => client.describe().some(({ state }) => state === 'ready'), 20_000);
  return {
    client,
    read: () => cache.getOrSet('answer', () => firstValueFrom(client.send<string>('echo', 'value'))),
  };
}

describe('a cache in front of a load-balanced call', () => {
  it('ends the wait of a caller whose deadline is over, but not the call that others wait for', async () => {
    const answer = new Answer();
    const { read } = await start(answer);
    const hasty = requestContext.run({ deadline: Date.now() + 100 }, read);
    const patient = requestContext.run({ deadline: Date.now() + 60_000 }, read);
    await expect(hasty).rejects.toMatchObject({ code: 'ENVOL_CACHE_DEADLINE' });
    answer.give();
    await expect(patient).resolves.toBe('value');
    await expect(read()).resolves.toBe('value');
    expect(answer.calls).toBe(1);
  }, 60_000);

  it('without a cache, sends nothing for a caller whose deadline is over', async () => {
    const answer = new Answer();
    const { client } = await start(answer);
    const late = requestContext.run({ deadline: Date.now() - 1 }, () => firstValueFrom(client.send('echo', 'value')));
    await expect(late).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_DEADLINE' });
    expect(answer.calls).toBe(0);
  }, 60_000);
});
