import { describe, expect, it } from '@jest/globals';
import { readEntries } from './health-entry.js';

const entry = ({ service = {}, node = {}, checks = ['passing', 'passing'] as unknown[] } = {}) => ({
  Node: { Node: 'n1', Address: '10.0.0.1', ...node },
  Service: {
    ID: 'places-1',
    Service: 'places',
    Tags: ['fast'],
    Address: '10.0.0.9',
    Port: 3001,
    Meta: { version: '2', zone: 'east', team: 'maps' },
    Weights: { Passing: 10, Warning: 3 },
    ...service,
  },
  Checks: checks.map((Status) => ({ Status })),
});
const read = (options?: Parameters<typeof entry>[0]) => readEntries([entry(options)])[0];

describe('readEntries', () => {
  it('takes version and zone out of the meta', () => {
    expect(read()).toEqual({
      id: 'places-1',
      host: '10.0.0.9',
      port: 3001,
      weight: 10,
      tags: ['fast'],
      version: '2',
      zone: 'east',
      meta: { team: 'maps' },
      health: 'passing',
    });
  });

  it('takes the address of the node when the service has none', () => {
    expect(read({ service: { Address: '' } })).toMatchObject({ host: '10.0.0.1' });
  });

  it.each([
    [[], 'passing', 10],
    [['passing', 'warning'], 'warning', 3],
    [['warning', 'critical'], 'critical', 10],
    [['passing', 'maintenance'], 'critical', 10],
    [['passing', undefined], 'critical', 10],
  ])('with the checks %j is %s with weight %d', (checks, health, weight) => {
    expect(read({ checks })).toMatchObject({ health, weight });
  });

  it('does without tags, meta, weights and checks', () => {
    const bare = entry({ service: { Tags: null, Meta: null, Weights: undefined } });
    expect(readEntries([{ ...bare, Checks: null }])[0]).toMatchObject({
      tags: [],
      meta: {},
      weight: 1,
      health: 'passing',
    });
  });

  it('puts the node in front of an id that two nodes have', () => {
    const entries = [entry(), entry({ node: { Node: 'n2' } }), entry({ service: { ID: 'other' } })];
    expect(readEntries(entries).map((report) => Reflect.get(Object(report), 'id'))).toEqual([
      'n1/places-1',
      'n2/places-1',
      'other',
    ]);
  });

  it('passes on what it cannot read, to be refused', () => {
    const garbage = [null, 'text', {}, { Node: {}, Service: 7 }, { Node: { Node: 'n', Address: 'a' } }];
    expect(readEntries(garbage)).toEqual(garbage);
  });
});
