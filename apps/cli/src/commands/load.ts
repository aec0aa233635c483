import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliCommand } from '../command.js';
import { loopOf, resolveLoadOptions } from '../load/load-options.js';
import { collect } from '../terminal/arguments.js';
import { ExitCode } from '../terminal/exit-code.js';
import { plainText } from '../terminal/plain-text.js';

const EXAMPLES = `
Examples:
  envol load http://127.0.0.1:3000/cities/1 --rate 500 --duration 30s --threshold 'p99 < 200ms' --threshold 'errors < 0.1%'
  envol load http://127.0.0.1:3000/ --stages 10s:100,30s:100-1000
  envol load http://127.0.0.1:3000/ --connections 50

With --rate or --stages requests are sent when they are due, whether earlier ones were answered or not (open loop), and
latency counts from then. With --connections each waits for its answer (closed loop), so that a stall hardly shows.
Exit codes: 0 fine, 1 a threshold was not met, 2 it could not be run or no request succeeded, 130 Ctrl-C.`;

/** `envol load`: a load test of a URL. */
export const loadCommand: CliCommand = {
  name: 'load',
  define: (command) =>
    void command
      .summary('load a URL, and hold thresholds against what it does')
      .description('Sends HTTP requests to a URL and reports latency, errors and whether thresholds hold.')
      .argument('<url>', 'where to send requests')
      .option('-r, --rate <n>', 'requests per second')
      .option('-c, --connections <n>', 'connections of which each waits for its answers, instead of a rate')
      .option('-s, --stages <list>', 'rates one after the other, as in 10s:100,30s:100-1000')
      .option('-d, --duration <time>', 'how long, for --rate and --connections (default: 10s)')
      .option('--poisson', 'spread requests as those of many independent users are, instead of evenly')
      .option('--warm-up <time>', 'load at the first rate before that, of which nothing counts')
      .option('--timeout <time>', 'longest wait for an answer (default: 10s)')
      .option('-t, --threshold <condition>', `what must hold, as in 'p99 < 200ms'; can be repeated`, collect)
      .option('-X, --method <method>', 'default: GET')
      .option('-H, --header <header>', `as in 'accept: text/html'; can be repeated`, collect)
      .option('-b, --body <text>', 'what each request carries')
      .option('--markdown <file>', 'write the report there')
      .addHelpText('after', EXAMPLES),

  run: async ([url = ''], given, { stdout, stderr, cwd, signal }) => {
    const options = resolveLoadOptions(given);
    const { json, method, header, body, markdown, threshold, warmUp, timeout } = options;
    // Only here: what sends requests need not be loaded for other commands.
    const { httpTarget, loadReportToMarkdown, loadTest, progressWriter } = await import('@envol/benchmark/load');
    const test = loadTest({
      target: httpTarget({
        url,
        headers: header,
        ...(method !== undefined && { method }),
        ...(body !== undefined && { body }),
      }),
      load: await loopOf(options),
      thresholds: threshold,
      ...(warmUp !== undefined && { warmUp }),
      ...(timeout !== undefined && { timeout }),
    });
    const report = await test.run({ onProgress: progressWriter(stderr), signal });
    const text = loadReportToMarkdown(report);
    if (markdown !== undefined) await writeFile(resolve(cwd, markdown), text);
    (json ? stderr : stdout).write(plainText(text));
    if (json) stdout.write(`${JSON.stringify(report)}\n`);
    if (!report.passed) return ExitCode.REGRESSION;
    return report.requests.succeeded === 0 ? ExitCode.FAILED : ExitCode.OK;
  },
};
