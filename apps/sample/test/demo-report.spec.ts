import { describe, expect, it } from '@jest/globals';
import { report } from '../src/demo/report.js';
import { styleFor } from '../src/demo/style.js';
import { figures, replicas, tally } from './demo-figures.js';

const PASSED = `
 Atlas, embedded profile: 150 requests a second for 20 s
 Demand by Zipf's law (exponent 1) over 135 cities; answers kept for 10 s.
 Every answer was compared with the data file.

                          sent  failed  wrong     p50       p99  slowest
 ───────────────────────────────────────────────────────────────────────
 reads before, 0-7 s     1,000       0      0  3.1 ms   27.2 ms   123 ms
 one killed, 7-14 s      1,000       0      0  3.1 ms  1,235 ms   123 ms
 started again, 14-20 s  1,000       0      0  3.1 ms   27.2 ms   123 ms
 all reads               3,000       0      0  3.1 ms   27.2 ms   123 ms
 all writes                128       1      0  3.1 ms   27.2 ms   123 ms
 Latencies count from when a request was due, so that waiting is in them.
 Writes of unknown outcome: 1; 1 turned out to be there.
 At the end the check-ins of 200 users were what was written, each once.

 replica         calls   share
 ─────────────────────────────────────────────────────────────
 127.0.0.1:4001    400  40.0 %  ████████
 127.0.0.1:4002    250  25.0 %  █████  away from 7 s to 15.5 s
 127.0.0.1:4003    350  35.0 %  ███████
 Reads that reached a replica: 75.0 %; 60.0 % in the lowest second (2 s).

 cache layer     asked   hits   ratio
 ────────────────────────────────────────────────
 answers/memory  2,000  1,000  50.0 %  ██████████
 answers/redis   1,000      0   0.0 %

 shard   cities  check-ins
 ─────────────────────────
 shard0      70      1,000
 shard1      65          2
 all        135      1,002

 memory of the gateway
 ─────────────────────────────────
 heap in use                64 MiB
 heap at most            4,096 MiB
 soft limit of heapUsed  3,072 MiB

 PASSED: 3,000 reads, none failed, none wrong, with a replica killed.
`;

const run = figures();

describe('report', () => {
  it('tells a person what happened', () => {
    expect(report(run)).toBe(PASSED);
  });

  it('ends with every reason of a failure, and with examples', () => {
    const failed = {
      ...run,
      reads: { ...run.reads, all: tally({ failed: 2 }) },
      replicas: replicas(0.1, 0.35, 0.55),
      problems: ['GET /cities/1: 503 ENVOL_X', 'GET /cities/2: no answer (socket hang up)'],
    };
    const lines = report(failed).split('\n');
    expect(lines.slice(-6)).toEqual([
      '',
      ' FAILED: 2 reads failed.',
      '         replica 127.0.0.1:4001 was up all along and had 10.0 % of the calls instead of 15.0 % to 55.0 %.',
      ' - GET /cities/1: 503 ENVOL_X',
      ' - GET /cities/2: no answer (socket hang up)',
      '',
    ]);
  });

  it('does not say that check-ins are right when they are not', () => {
    expect(report({ ...run, audit: { requests: 200, failed: 0, wrong: 1 } })).not.toContain('what was written, each');
  });

  it('shows a dash for what there is none of', () => {
    const none = tally({ requests: 0, p50: undefined, p99: undefined, slowest: undefined });
    const text = report({ ...run, writes: none, replicas: replicas(NaN, NaN, NaN) });
    expect(text).toMatch(/all writes +0 +0 +0 +- +- +-\n/);
    expect(text).toMatch(/127\.0\.0\.1:4001 +NaN +-\n/);
  });

  it('fits into 80 columns, with large numbers too', () => {
    const large = tally({ requests: 1_200_000, p50: 99.9, p99: 12_345, slowest: 123_456 });
    const reads = { before: large, during: large, after: large, all: large };
    const lines = report({ ...run, cities: 135_233, problems: [], reads, replicas: replicas(0.4, 0.3, 0.55) }).split(
      '\n',
    );
    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
    expect(lines).toContainEqual(expect.stringContaining('12.3 s'));
  });
});

describe('colours', () => {
  it('are used on a terminal only, and never with NO_COLOR', () => {
    const styled = (isTTY: boolean, environment: NodeJS.ProcessEnv) => report(run, styleFor({ isTTY }, environment));
    expect(styled(false, {})).toBe(PASSED);
    expect(styled(true, { NO_COLOR: '1' })).toBe(PASSED);
    expect(styleFor({}, {})('red', 'text')).toBe('text');
  });

  it('change nothing but the colour', () => {
    const marked = report(run, (format, text) => `<${format}>${text}</>`);
    expect(marked).toContain('<green>PASSED');
    expect(marked.replaceAll(/<[a-z/]+>/g, '')).toBe(PASSED);
  });
});
