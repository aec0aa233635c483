import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BenchmarkRunOptions } from '../src/core/benchmark-options.js';
import { parseReport } from '../src/core/report/parse-report.js';
import type { BenchmarkReport } from '../src/core/report/report.js';

const PROGRAM = fileURLToPath(new URL('./fixtures/run.mjs', import.meta.url));
const answerSchema = z.union([z.object({ report: z.unknown() }).strict(), z.object({ error: z.string() })]);

/** A program that runs the suite of a fixture with the built package, as one of a user does. */
export class FixtureRun {
  readonly process: ChildProcess;

  /** @param fixture file in `fixtures` */
  constructor(
    fixture: string,
    options: Omit<BenchmarkRunOptions, 'signal' | 'onProgress'>,
    env: NodeJS.ProcessEnv = {},
  ) {
    this.process = fork(PROGRAM, [`./${fixture}`, JSON.stringify(options)], {
      execArgv: [],
      env: { ...process.env, ...env },
    });
  }

  /** What came of it: the report, or the message of an error. */
  async answer(): Promise<{ readonly report: BenchmarkReport } | { readonly error: string }> {
    const end = once(this.process, 'exit').then(([code]) => Promise.reject(new Error(`ended with exit code ${code}`)));
    const [message]: unknown[] = await Promise.race([once(this.process, 'message'), end]);
    const answer = answerSchema.parse(message);
    return 'error' in answer ? answer : { report: parseReport(answer.report) };
  }
}

/** Runs the suite of a fixture. */
export async function runFixture(...args: ConstructorParameters<typeof FixtureRun>): Promise<BenchmarkReport> {
  const answer = await new FixtureRun(...args).answer();
  if ('error' in answer) throw new Error(answer.error);
  return answer.report;
}
