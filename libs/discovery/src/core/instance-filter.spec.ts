import { describe, expect, it } from '@jest/globals';
import { filterInstances, type InstanceFilter } from './instance-filter.js';
import type { ServiceInstance } from './instance.js';

const instance = (id: string, rest: Partial<ServiceInstance>): ServiceInstance => ({
  id,
  host: '10.0.0.1',
  port: 80,
  weight: 1,
  tags: [],
  meta: {},
  health: 'passing',
  ...rest,
});
const all = [
  instance('a', { tags: ['fast', 'new'], version: '2', zone: 'east' }),
  instance('b', { tags: ['fast'], version: '1', zone: 'west' }),
  instance('c', { zone: 'west' }),
];
const ids = (filter?: InstanceFilter) => filterInstances(all, filter).map(({ id }) => id);

describe('filterInstances', () => {
  it('gives the same list when nothing is filtered', () => {
    expect(filterInstances(all)).toBe(all);
    expect(filterInstances(all, { tags: [] })).toBe(all);
  });

  it.each<[InstanceFilter, string[]]>([
    [{ tags: ['fast'] }, ['a', 'b']],
    [{ tags: ['fast', 'new'] }, ['a']],
    [{ version: '1' }, ['b']],
    [{ zone: 'west' }, ['b', 'c']],
    [{ zone: 'north' }, []],
    [{ tags: ['fast'], zone: 'west' }, ['b']],
    [{ preferZone: 'east' }, ['a']],
    [{ preferZone: 'north' }, ['a', 'b', 'c']],
    [{ tags: ['new'], preferZone: 'west' }, ['a']],
  ])('%j gives %j', (filter, expected) => expect(ids(filter)).toEqual(expected));
});
