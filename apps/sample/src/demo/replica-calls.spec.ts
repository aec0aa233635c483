import { describe, expect, it } from '@jest/globals';
import { ReplicaCalls } from './replica-calls.js';

function described(counts: Readonly<Record<number, number>>) {
  return {
    places: Object.entries(counts).map(([port, requests]) => ({ host: '127.0.0.1', port: Number(port), requests })),
  };
}

function countedBy(...descriptions: ReturnType<typeof described>[]): Record<string, number> {
  const calls = new ReplicaCalls();
  for (const description of descriptions) calls.update(description);
  expect(calls.total).toBe([...calls.byInstance.values()].reduce((sum, count) => sum + count, 0));
  return Object.fromEntries(calls.byInstance);
}

describe('ReplicaCalls', () => {
  it('counts from the first description on', () => {
    const counted = countedBy(described({ 1: 100, 2: 50 }), described({ 1: 110, 2: 50 }), described({ 1: 130, 2: 55 }));
    expect(counted).toEqual({ '127.0.0.1:1': 30, '127.0.0.1:2': 5 });
  });

  it('takes in one that joins later, with all of its calls', () => {
    expect(countedBy(described({ 1: 5 }), described({ 1: 5, 2: 7 }))).toEqual({ '127.0.0.1:1': 0, '127.0.0.1:2': 7 });
  });

  it('adds up what is listed twice', () => {
    const twice = { places: [...described({ 1: 10 }).places, ...described({ 1: 3 }).places] };
    expect(countedBy(described({ 1: 8 }), twice)).toEqual({ '127.0.0.1:1': 5 });
  });

  it.each([
    ['with its counter', 25, 15],
    ['with a new counter', 4, 14],
  ])('goes on with one that left the list and comes back %s', (_, requests, total) => {
    const counted = countedBy(described({ 1: 10 }), described({ 1: 20 }), described({}), described({ 1: requests }));
    expect(counted).toEqual({ '127.0.0.1:1': total });
  });
});
