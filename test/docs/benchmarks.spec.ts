import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { allBenchmarks } from '../../bench/src/catalogue.mjs';
import { withSection } from '../../bench/src/docs.mjs';
import { resultOf, resultSchema } from '../../bench/src/result.mjs';
import { sectionOf } from '../../bench/src/section.mjs';
import { sideBySide } from '../../bench/src/side-by-side.mjs';

const benchmark = { name: 'ring', unit: 'ns/op', better: 'lower' };
const samples = (around: number) => ({ samples: Array.from({ length: 10 }, (_, index) => around + index / 100) });
const figures = {
  subjects: {
    ours: samples(100),
    'faster@1.0.0': samples(50),
    '@scope/slower@2.1.0': samples(420),
    floor: samples(10),
  },
  aa: [0.98, 1.03],
  facts: { keys: 10_000 },
};

describe('npm run bench', () => {
  it('knows its benchmarks without any peer installed', async () => {
    const names = (await allBenchmarks()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['cache-hit', 'hash-ring', 'hash-ring-hot', 'lb-pick', 'shard-route']),
    );
    expect(names).toEqual(names.toSorted());
  });

  it('refuses a peer whose version is not pinned', () => {
    const subjects = { ours: () => ({ call: () => 1 }), 'no-such-peer': () => ({ call: () => 2 }) };
    expect(() => sideBySide(import.meta.url, { name: 'x', claim: 'y', subjects })).toThrow(/no-such-peer/);
  });

  it('gives one line of JSON with every sample, the noise, the machine and the facts', () => {
    const line = JSON.stringify(resultOf(benchmark, figures));
    expect(line).not.toContain('\n');
    const parsed = resultSchema.parse(JSON.parse(line));
    expect(parsed).toMatchObject({ ...benchmark, ...figures });
    expect(parsed.machine).toMatchObject({ cores: expect.any(Number), node: process.version });
  });

  it.each([
    ['ours is missing', { subjects: { floor: samples(1) } }],
    ['a peer has no version', { subjects: { ours: samples(1), hashring: samples(2) } }],
    ['a subject has no sample', { subjects: { ours: { samples: [] } } }],
    ['a sample is no time', { subjects: { ours: { samples: [Number.NaN] } } }],
    ['the noise is missing', { aa: undefined }],
  ])('gives no result when %s', (_, wrong) => {
    expect(() => resultOf(benchmark, { ...figures, ...wrong })).toThrow(z.ZodError);
  });

  it('shows losses like wins, and the floor without a verdict', () => {
    const rows = sectionOf(resultOf(benchmark, figures), 'It is fast.', '2030-01-02T03:04:05Z').split('\n');
    const row = (subject: string) => rows.find((line) => line.startsWith(`| ${subject}`));
    expect(row('ours')).toBe('| ours | 100 |  |  |');
    expect(row('faster@1.0.0')).toMatch(
      /^\| faster@1\.0\.0 \| 50\.0 \| 0\.500 \[0\.\d+, 0\.\d+\] \| ours is worse \|$/,
    );
    expect(row('@scope/slower@2.1.0')).toMatch(/ours is better \|$/);
    expect(row('floor')).toMatch(/\|  \|$/);
    expect(rows.join('\n')).toMatch(/\[0\.980, 1\.03\]\. .* keys: 10000\.[^]*2030-01-02, Node v\d+/);
  });

  it('turns the verdict round where more is better', () => {
    const section = sectionOf(resultOf({ ...benchmark, better: 'higher' }, figures), 'It is fast.', '2030-01-02');
    expect(section).toMatch(/faster@1\.0\.0 .* ours is better/);
  });

  it('writes the section of one benchmark and leaves those of the others alone', () => {
    const first = withSection('# Benchmarks\n\nHead.\n', 'ring', '## ring\n\nold');
    const both = withSection(first, 'cache', '## cache\n\nkept $& as it is');
    const after = withSection(both, 'ring', '## ring\n\nnew');
    expect(after).toBe(
      '# Benchmarks\n\nHead.\n\n<!-- benchmark: cache -->\n\n## cache\n\nkept $& as it is\n\n<!-- benchmark: ring -->\n\n## ring\n\nnew\n',
    );
    expect(withSection(after, 'ring', '## ring\n\nnew')).toBe(after);
  });
});
