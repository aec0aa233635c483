import { ManualClock } from '@envol/common/testing';
import { expect, it } from '@jest/globals';
import { LoadObserver } from './load-observer.js';

function observer() {
  const clock = new ManualClock();
  const management = {
    looks: 0,
    failures: new Set<number>(),
    async describe() {
      this.looks += 1;
      if (this.failures.has(this.looks)) throw new Error('the gateway is slow');
      return { places: [{ host: '127.0.0.1', port: 1, requests: this.looks * 10 }] };
    },
  };
  const load = { progress: { readsAnswered: 5, writesAnswered: 1 } };
  return { clock, management, observer: new LoadObserver({ load, client: { underWay: 2 }, management, clock }) };
}

it('looks before the load, every second, and once more when it is over', async () => {
  const { clock, observer: watching } = observer();
  await watching.start();
  const watched = watching.watch(new Promise((resolve) => void clock.setTimeout(resolve, 2_500)));
  await clock.advance(2_500);
  await watched;
  const rest = { readsAnswered: 5, writesAnswered: 1, underWay: 2 };
  expect(watching.observations).toEqual([
    { at: 0, calls: 0, ...rest },
    { at: 1, calls: 10, ...rest },
    { at: 2, calls: 20, ...rest },
    { at: 2.5, calls: 30, ...rest },
  ]);
});

it('makes up for a look that failed with the next, but needs the last one', async () => {
  const { clock, management, observer: watching } = observer();
  management.failures.add(2).add(4);
  await watching.start();
  const watched = watching.watch(new Promise((resolve) => void clock.setTimeout(resolve, 2_500)));
  await Promise.all([expect(watched).rejects.toThrow('the gateway is slow'), clock.advance(2_500)]);
  expect(watching.observations.map(({ at, calls }) => [at, calls])).toEqual([
    [0, 0],
    [2, 20],
  ]);
});

it('fails when the load does', async () => {
  const { observer: watching } = observer();
  await watching.start();
  await expect(watching.watch(Promise.reject(new Error('no load')))).rejects.toThrow('no load');
});
