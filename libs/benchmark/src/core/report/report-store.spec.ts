import { mkdtemp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { measured, reportOf, samplesNear } from '../../../test/reports.js';
import { ReportStore } from './report-store.js';

const report = reportOf([measured('get', samplesNear(100))]);
const error = (code: string, message: string, hint = '') =>
  expect.objectContaining({
    code: `ENVOL_BENCHMARK_${code}`,
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });

describe('ReportStore', () => {
  let root: string;
  let store: ReportStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'envol-report-store-'));
    store = new ReportStore(join(root, 'deep', 'down'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('gives back what was saved, and makes the folder', async () => {
    expect(await store.save('base', report)).toBe(join(store.folder, 'base.json'));
    expect(await store.load('base')).toEqual(report);
    expect(await store.names()).toEqual(['base']);
  });

  it('keeps reports in .envol/benchmarks unless told otherwise', () => {
    expect(new ReportStore().folder).toBe(join('.envol', 'benchmarks'));
  });

  it('takes the place of an earlier report of that name, and leaves nothing else behind', async () => {
    await store.save('base', report);
    await store.save('base', { ...report, suite: 'other' });
    expect((await store.load('base')).suite).toBe('other');
    expect(await readdir(store.folder)).toEqual(['base.json']);
  });

  it('gives whole reports to whoever reads while others write', async () => {
    await store.save('base', report);
    const writes = Array.from({ length: 20 }, (_, index) => store.save('base', { ...report, suite: `run ${index}` }));
    const reads = Array.from({ length: 20 }, () => store.load('base'));
    expect(await Promise.all(reads)).toHaveLength(20);
    await Promise.all(writes);
    expect(await readdir(store.folder)).toEqual(['base.json']);
  });

  it.each(['', '..', '.hidden', '-x', 'a/b', 'a\\b', 'Base', 'a b', 'a\n', 'x'.repeat(101)])(
    'refuses the name %j before anything is touched',
    async (name) => {
      await expect(store.save(name, report)).rejects.toEqual(error('INVALID_REPORT_NAME', 'cannot be the name'));
      await expect(store.load(name)).rejects.toEqual(error('INVALID_REPORT_NAME', 'cannot be the name'));
      expect(await readdir(root)).toEqual([]);
    },
  );

  it('refuses to save what could not be read again', async () => {
    const broken = { ...report, results: [measured('get', samplesNear(100), { p99: NaN })] };
    await expect(store.save('base', broken)).rejects.toEqual(error('INVALID_REPORT', 'results.0.p99'));
    expect(await readdir(root)).toEqual([]);
  });

  it('says which reports there are when the one asked for is missing', async () => {
    await expect(store.load('base')).rejects.toEqual(
      error('REPORT_NOT_FOUND', `no report "base" in ${store.folder}`, 'No report has been saved there yet.'),
    );
    await store.save('main', report);
    await store.save('last-week', report);
    await expect(store.load('base')).rejects.toEqual(
      error('REPORT_NOT_FOUND', '"base"', 'Saved there: last-week, main.'),
    );
  });

  it('names the file that is no report', async () => {
    const file = await store.save('base', report);
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, -20));
    await expect(store.load('base')).rejects.toEqual(
      error('INVALID_REPORT', `${file} is no benchmark report: it is not JSON`),
    );
    await writeFile(file, '{"version":7}');
    await expect(store.load('base')).rejects.toEqual(
      error('INVALID_REPORT', `${file} is a benchmark report of version 7`),
    );
    await truncate(file, 17 * 1024 * 1024);
    await expect(store.load('base')).rejects.toEqual(error('INVALID_REPORT', 'longer than'));
  });

  it('tells what the file system refused, and leaves no unfinished file', async () => {
    await mkdir(join(store.folder, 'base.json'), { recursive: true });
    await expect(store.save('base', report)).rejects.toEqual(error('STORE_FAILED', 'could not be saved'));
    await expect(store.load('base')).rejects.toEqual(error('STORE_FAILED', 'could not be read'));
    expect(await readdir(store.folder)).toEqual(['base.json']);
  });
});
