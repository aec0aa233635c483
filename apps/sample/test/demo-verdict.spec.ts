import { describe, expect, it } from '@jest/globals';
import type { Figures } from '../src/demo/figures.js';
import { figures, replicas, tally } from './demo-figures.js';
import { reasonsToFail } from '../src/demo/verdict.js';

function reasons(changes: Partial<Figures>): string[] {
  return reasonsToFail({ ...figures(), ...changes });
}

const { reads, gateway } = figures();

describe('reasonsToFail', () => {
  it('finds none in a good run', () => {
    expect(reasonsToFail(figures())).toEqual([]);
  });

  it.each<[string, Partial<Figures>, string]>([
    ['a failed read', { reads: { ...reads, all: tally({ failed: 1 }) } }, '1 read failed'],
    ['a wrong read', { reads: { ...reads, all: tally({ wrong: 1_234 }) } }, '1,234 reads got a wrong answer'],
    ['no read at all', { reads: { ...reads, all: tally({ requests: 0 }) } }, 'nothing was read'],
    ['a wrong write', { writes: tally({ wrong: 2 }) }, '2 writes got a wrong answer'],
    [
      'more failed writes than a dying replica had in hand',
      { writes: tally({ requests: 100, failed: 11 }) },
      '11 of 100 writes failed: more than a replica has in hand when it dies',
    ],
    [
      'more of them in a short run too',
      { writes: tally({ requests: 12, failed: 4 }) },
      '4 of 12 writes failed: more than a replica has in hand when it dies',
    ],
    [
      'check-ins that are not what was written',
      { audit: { requests: 200, failed: 0, wrong: 1 } },
      'the check-ins of 1 user were not what was written',
    ],
    [
      'check-ins that could not be read',
      { audit: { requests: 200, failed: 3, wrong: 0 } },
      'the check-ins of 3 users could not be read at the end',
    ],
    [
      'an instance with too few calls',
      { replicas: replicas(0.149, 0.45, 0.401) },
      'replica 127.0.0.1:4001 was up all along and had 14.9 % of the calls instead of 15.0 % to 55.0 %',
    ],
    [
      'an instance with too many calls',
      { replicas: replicas(0.25, 0.199, 0.551) },
      'replica 127.0.0.1:4003 was up all along and had 55.1 % of the calls instead of 15.0 % to 55.0 %',
    ],
    [
      'a second in which too few reads reached a replica',
      {
        readShares: [
          { from: 0, to: 1.02, share: 0.5 },
          { from: 1.02, to: 2, share: 0.249 },
        ],
      },
      'from 1 s to 2 s only 24.9 % of the reads reached a replica, less than 25.0 %',
    ],
    ['no look at the replicas', { readShares: [] }, 'it was never seen how many reads reach a replica'],
    ['a lost city', { cities: 136 }, 'the shards hold 135 cities instead of 136'],
    [
      'a missing series',
      { gateway: { ...gateway, missing: ['envol_x_total'] } },
      'GET /metrics does not have envol_x_total',
    ],
  ])('finds %s', (_, changes, reason) => {
    expect(reasons(changes)).toEqual([reason]);
  });

  it('finds shares that cannot be computed', () => {
    expect(reasons({ replicas: replicas(NaN, NaN, NaN), readShares: [{ from: 0, to: 1, share: NaN }] })).toHaveLength(
      3,
    );
  });

  it.each<[string, Partial<Figures>]>([
    ['a few failed writes', { writes: tally({ requests: 100, failed: 10 }) }],
    ['a few failed writes in a short run', { writes: tally({ requests: 12, failed: 3 }) }],
    ['the share of the replica that was killed', { replicas: replicas(0.5, 0.01, 0.49) }],
    ['shares at the bounds', { replicas: replicas(0.15, 0.3, 0.55) }],
    ['a quarter of the reads at the replicas', { readShares: [{ from: 0, to: 1, share: 0.25 }] }],
  ])('puts up with %s', (_, changes) => {
    expect(reasons(changes)).toEqual([]);
  });

  it('tells all of them', () => {
    expect(reasons({ reads: { ...reads, all: tally({ failed: 1, wrong: 1 }) }, readShares: [] })).toHaveLength(3);
  });
});
