import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { loadSuites } from './load-suites.js';
import { currentHost } from './suite-host.js';

const fixture = (name: string) => new URL(`../../../test/fixtures/${name}`, import.meta.url).href;

afterEach(() => void jest.restoreAllMocks());

describe('loadSuites', () => {
  it('gives the suites of a file; one that runs its suite itself gets a report without results', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    const [suite, ...others] = await loadSuites(fixture('script.bench.mjs'));
    expect(suite).toMatchObject({ name: 'script', file: fixture('script.bench.mjs'), baseline: 'work' });
    expect(others).toEqual([]);
    expect(log.mock.calls).toEqual([['[]']]);
  });

  it('refuses a file that makes none', async () => {
    await expect(loadSuites(fixture('busy-loop.mjs'))).rejects.toMatchObject({ code: 'ENVOL_BENCHMARK_NO_SUITE' });
  });

  it('refuses a file that cannot be imported, and takes no suites after that', async () => {
    await expect(loadSuites(fixture('none.bench.mjs'))).rejects.toMatchObject({
      code: 'ENVOL_BENCHMARK_LOAD_FAILED',
      message: expect.stringContaining('none.bench.mjs'),
    });
    expect(currentHost()).toBeUndefined();
  });
});
