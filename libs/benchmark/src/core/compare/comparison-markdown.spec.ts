import { describe, expect, it } from '@jest/globals';
import { measured, reportOf, samplesNear } from '../../../test/reports.js';
import { compareReports } from './compare-reports.js';
import { comparisonToMarkdown } from './comparison-markdown.js';

const base = reportOf([
  measured('get', samplesNear(1_200)),
  measured('set', samplesNear(2_000)),
  measured('clear', samplesNear(9_000)),
]);

describe('comparisonToMarkdown', () => {
  it('is a table to read in a pull request, with what was not measured and the warnings below it', () => {
    const now = reportOf(
      [
        measured('get', samplesNear(1_380)),
        { name: 'set', outcome: 'failed', message: 'Error: a | b' },
        measured('has', samplesNear(1_000)),
      ],
      { machine: { ...base.machine, node: 'v24.11.0' } },
    );
    expect(comparisonToMarkdown(compareReports(base, now)))
      .toBe(`### cache, compared with the run of 2030-01-02 03:04 UTC

| benchmark | base (ns) | now (ns) |     ratio (95 %) | status        |
| --------- | --------: | -------: | ---------------: | ------------- |
| \`get\`     |     1,199 |    1,379 | 1.15 (1.14–1.16) | **regressed** |
| \`set\`     |     1,998 |          |                  | unmeasured    |
| \`has\`     |           |      999 |                  | added         |
| \`clear\`   |     8,991 |          |                  | removed       |

Differences count beyond 5 %.

Not measured:

- \`set\`: Error: a \\| b

Warnings:

- The base was made with Node v22.13.0, this run with v24.11.0: a difference may be Node's.
`);
  });

  it('names the commit that it is compared with', () => {
    const comparison = compareReports(base, base);
    const commit = '31f4b08b19ef94be5f7440f04519ef6794385cf6';
    expect(comparisonToMarkdown({ ...comparison, base: { ...comparison.base, commit } })).toContain(
      '### cache, compared with commit 31f4b08b19ef\n',
    );
  });
});
