import { describe, it, expect } from '@jest/globals';
import { ManualClock } from '@envol/common/testing';
import { Mutex } from './mutex.js';

const tooLate = (): Error => new Error('too late');

describe('a mutex', () => {
  it('gives turns one after another, in the order they were asked for', async () => {
    const clock = new ManualClock();
    const mutex = new Mutex(clock);
    const log: string[] = [];
    const end = await mutex.acquire(100, tooLate);
    const takeTurn = async (name: string) => {
      const endTurn = await mutex.acquire(100, tooLate);
      log.push(name);
      endTurn();
    };
    const others = [takeTurn('second'), takeTurn('third')];
    await clock.advance(10);
    expect(log).toEqual([]);
    end();
    await Promise.all(others);
    expect(log).toEqual(['second', 'third']);
  });

  it('passes over who waited too long', async () => {
    const clock = new ManualClock();
    const mutex = new Mutex(clock);
    const end = await mutex.acquire(100, tooLate);
    const late = mutex.acquire(100, tooLate).catch((error: unknown) => error);
    const patient = mutex.acquire(500, tooLate);
    await clock.advance(200);
    expect(await late).toEqual(tooLate());
    end();
    await expect(patient).resolves.toBeInstanceOf(Function);
  });
});
