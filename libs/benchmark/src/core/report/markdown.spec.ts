import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { measured, reportOf, samplesNear } from '../../../test/reports.js';
import { toMarkdown } from './markdown.js';

const report = reportOf([
  measured('get', samplesNear(183), { heap: 0 }),
  measured('get through a proxy', samplesNear(412), { heap: 1_536, warnings: ['times still fell'] }),
  measured('Map', samplesNear(18.4)),
  measured('get again', samplesNear(184)),
  { name: 'empty', outcome: 'too-fast', message: 'cannot be told from an empty loop' },
]);

describe('toMarkdown', () => {
  it('is a table to read in a pull request, with all there is to know below it', () => {
    expect(toMarkdown(report)).toBe(`### cache

| benchmark             | median (ns) |     ± | p99 (ns) | ops/s | CPU (ns) | heap/op |         ratio (95 %) | verdict       |
| --------------------- | ----------: | ----: | -------: | ----: | -------: | ------: | -------------------: | ------------- |
| \`get\`                 |       182.8 | 0.4 % |    184.4 | 5.47M |    201.1 |     0 B |                      | baseline      |
| \`get through a proxy\` |       411.6 | 0.4 % |    415.2 | 2.43M |    452.7 | 1.5 KiB |     2.25 (2.23–2.27) | **slower**    |
| \`Map\`                 |        18.4 | 0.4 % |     18.5 | 54.4M |     20.2 |         | 0.101 (0.0997–0.101) | **faster**    |
| \`get again\`           |       183.8 | 0.4 % |    185.4 | 5.44M |    202.2 |         |     1.01 (1.00–1.01) | no difference |

Noise: \`get\` against itself came to 1.00 (0.99–1.01).

Not measured:

- \`empty\`: too fast: cannot be told from an empty loop

Warnings:

- \`get through a proxy\`: times still fell

Quick CPU, 2 cores, 8 GiB, linux x64, Node v22.13.0; 10 forks each; 2030-01-02 03:04 UTC
`);
  });

  it('leaves the column of the heap out when nobody has a figure for it', () => {
    expect(toMarkdown(reportOf([measured('get', samplesNear(100))]))).not.toContain('heap');
  });

  it('says so when the same code came out as different, so that no verdict is believed', () => {
    const restless = reportOf([measured('get', samplesNear(100))], { again: samplesNear(130) });
    expect(toMarkdown(restless)).toContain(
      'Noise: `get` against itself came to 1.30 (1.29–1.31), **slower**: the machine was too restless for this run to be believed.',
    );
  });

  it('has no table when nothing was measured, and says why', () => {
    const failed = reportOf([{ name: 'get', outcome: 'failed', message: 'TypeError: x is undefined' }]);
    expect(toMarkdown(failed)).toBe(`### cache

Noise: unknown, since the baseline could not be measured twice.

Not measured:

- \`get\`: failed: TypeError: x is undefined

Quick CPU, 2 cores, 8 GiB, linux x64, Node v22.13.0; 10 forks each; 2030-01-02 03:04 UTC
`);
  });

  it('escapes what would be a column, HTML, a link or a mention', () => {
    const markdown = toMarkdown(
      reportOf(
        [
          measured('a | b', samplesNear(100), { warnings: ['<img src=x> [x](http://x) @someone\nand *more*'] }),
          measured('a \\| `b`', samplesNear(100)),
        ],
        { suite: '@envol/cache <b>' },
      ),
    );
    expect(markdown).toContain('| a \\| b ');
    expect(markdown).toContain('| a \\\\\\| \\`b\\` ');
    expect(markdown).toContain('- a \\| b: \\<img src=x\\> \\[x\\](http://x) @\u200Bsomeone and \\*more\\*\n');
    expect(markdown).toContain('### @\u200Benvol/cache \\<b\\>\n');
  });

  it('has the same columns in each row, whatever a benchmark is called', () => {
    const names = fc.string({ unit: fc.constantFrom('a', '|', '\\', '`', '\n', '@', '😀', '‮'), minLength: 1 });
    fc.assert(
      fc.property(names, (name) => {
        const rows = toMarkdown(reportOf([measured(name, samplesNear(100))]))
          .split('\n')
          .filter((line) => line.startsWith('|'));
        // As GitHub reads it: a backslash takes what follows it along.
        const columns = rows.map((row) => [...row.replace(/\\./gs, '').matchAll(/\|/g)].length);
        expect(columns).toEqual([9, 9, 9]);
      }),
      { numRuns: 50 },
    );
  });
});
