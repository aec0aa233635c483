import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { comparisonToMarkdown, toMarkdown, toSvg, type BenchmarkRunOptions } from '@envol/benchmark';
import { measurementOf, preparationOf, resolveBenchOptions } from '../bench/bench-options.js';
import { findSuites } from '../bench/find-suites.js';
import { runAgainstRevision, runAndCompare, runSuites, type SuiteRuns } from '../bench/run-suites.js';
import { SavedReports } from '../bench/saved-reports.js';
import type { CliCommand } from '../command.js';
import { loadConfig } from '../config/load-config.js';
import { ExitCode } from '../terminal/exit-code.js';
import { plainText } from '../terminal/plain-text.js';
import { ProgressLine } from '../terminal/progress-line.js';

const EXAMPLES = `
Examples:
  envol bench                                  the files of envol.config.js, or bench/**/*.bench.{js,mjs}
  envol bench 'src/**/*.bench.js' --filter sort
  envol bench --save base                      keep the reports as "base"
  envol bench --compare base                   and see later whether something became slower
  envol bench --against main --build 'npm run build'

--compare judges beyond the noise of both runs; --against measures both in one run, which tells more.
Exit codes: 0 fine, 1 something became slower, 2 it could not be run or a benchmark failed, 130 Ctrl-C.`;

/** `envol bench`: runs suites, and compares them with what they were. */
export const benchCommand: CliCommand = {
  name: 'bench',
  define: (command) =>
    void command
      .summary('run benchmarks, and compare them with what they were')
      .description('Runs benchmarks in interleaved forks, and says what is faster, slower or no different.')
      .argument('[files...]', 'files or patterns of files that make a BenchmarkSuite')
      .option('--config <file>', 'default: envol.config.js or envol.config.mjs')
      .option('-f, --filter <text>', 'only benchmarks with this in their name')
      .option('--forks <n>', 'forks of each benchmark (default: 10); with fewer than 5 there is no verdict')
      .option('-q, --quick', 'few and short forks: a look, not a measurement')
      .option('--save <name>', 'keep the reports under this name')
      .option('--compare <name>', 'compare with the reports of this name')
      .option('--against <revision>', 'compare with a branch, tag or commit')
      .option('--install <command>', `for --against: installs packages (default: 'npm ci')`)
      .option('--no-install', 'for --against: install nothing')
      .option('--build <command>', 'for --against: builds after that')
      .option('--markdown <file>', 'write the tables there')
      .option('--svg <file>', 'write a chart there; with several suites one each')
      .addHelpText('after', EXAMPLES),

  run: async (files, given, { stdout, stderr, cwd, signal }) => {
    const options = resolveBenchOptions(given);
    const config = await loadConfig(cwd, options.config);
    const suites = await findSuites(files.length > 0 ? files : config.bench.files, options.filter, cwd);
    const saved = new SavedReports(cwd, config.bench.reports);
    const progress = new ProgressLine(stderr);
    const measurement: BenchmarkRunOptions = {
      ...measurementOf(config, options),
      signal,
      onProgress: ({ subject: { suite, benchmark }, done, total }) =>
        progress.show(`${done} of ${total}  ${suite}: ${benchmark}`),
    };
    const { filter, compare, against, save, json, markdown, svg } = options;
    const run = (): Promise<SuiteRuns> => {
      if (compare !== undefined) return runAndCompare(suites, { saved, name: compare, filter }, measurement);
      if (against === undefined) return runSuites(suites, measurement);
      const onStep = (step: string): void => progress.show(`${against}: ${step}`);
      const preparation = { ...preparationOf(config, options), repository: cwd, onStep };
      return runAgainstRevision(suites, against, { ...measurement, ...preparation });
    };
    const runs = await run().finally(() => progress.clear());

    const text = [...runs.reports.map(toMarkdown), ...runs.comparisons.map(comparisonToMarkdown)].join('\n');
    (json ? stderr : stdout).write(plainText(text));
    if (markdown !== undefined) await writeFile(resolve(cwd, markdown), text);
    if (svg !== undefined) await writeCharts(resolve(cwd, svg), runs);
    if (save !== undefined) for (const report of runs.reports) await saved.save(save, report);
    if (json) stdout.write(`${JSON.stringify({ version: 1, ...runs })}\n`);
    return exitCodeOf(runs);
  },
};

/** One file for each suite; with several, each has its number before the extension. */
async function writeCharts(path: string, { reports }: SuiteRuns): Promise<void> {
  for (const [index, report] of reports.entries()) {
    const file = reports.length === 1 ? path : path.replace(/(\.svg)?$/, `.${index + 1}.svg`);
    await writeFile(file, toSvg(report));
  }
}

function exitCodeOf({ reports, comparisons }: SuiteRuns): ExitCode {
  if (comparisons.some(({ hasRegressed }) => hasRegressed)) return ExitCode.REGRESSION;
  const hasFailed = reports.some(({ results }) =>
    results.some(({ outcome }) => outcome === 'failed' || outcome === 'timed-out'),
  );
  return hasFailed ? ExitCode.FAILED : ExitCode.OK;
}
