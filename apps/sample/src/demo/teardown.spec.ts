import { expect, it } from '@jest/globals';
import { Teardown } from './teardown.js';

it('stops everything once, the latest first, also what is added meanwhile, and throws the first error at the end', async () => {
  const teardown = new Teardown();
  const stopped: string[] = [];
  const stop = (name: string) => async () => stopped.push(name);
  teardown.add(stop('database'));
  teardown.add(async () => {
    teardown.add(stop('started meanwhile'));
    throw new Error('the gateway hangs');
  });
  teardown.add(stop('client'));
  const runs = [teardown.run(), teardown.run()];
  await expect(Promise.allSettled(runs)).resolves.toEqual([
    { status: 'rejected', reason: new Error('the gateway hangs') },
    { status: 'rejected', reason: new Error('the gateway hangs') },
  ]);
  expect(stopped).toEqual(['client', 'started meanwhile', 'database']);
});
