import type { LoadReport } from './load-report.js';
import { LoadRun } from './load-run.js';
import { resolveLoadRun, resolveLoadTest, type LoadRunOptions, type LoadTestOptions } from './load-test-options.js';
import { targetOf } from './load-target.js';

/** A load test that can be run. */
export interface LoadTest {
  readonly name: string;
  /**
   * Runs it. What happens to the requests is in the report, as is whether thresholds held; of that nothing is thrown.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
   */
  run(options?: LoadRunOptions): Promise<LoadReport>;
}

/**
 * Describes a load test.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` that lists every field that is wrong
 */
export function loadTest(options: LoadTestOptions): LoadTest {
  const resolved = resolveLoadTest(options);
  return {
    name: resolved.name ?? targetOf(resolved.target).name,
    run: async (runOptions = {}) => {
      const { onProgress, signal } = resolveLoadRun(runOptions);
      return new LoadRun(resolved, onProgress).run(signal);
    },
  };
}
