import { measure, type MeasureOptions, type MeasureParts } from '../measure/measure.js';
import { describeError } from './describe-error.js';
import type { ForkPhase } from './fork-protocol.js';
import type { ForkFailure, ForkOutcome } from './fork-subject.js';
import type { BenchmarkDefinition } from './suite-host.js';

/** What {@link measureBenchmark} needs from its surroundings. */
export interface MeasureBenchmarkParts extends MeasureParts {
  readonly onPhase: (phase: ForkPhase) => void;
}

/** Sets the benchmark up, measures it and tears it down. What any of these throws is the outcome. */
export async function measureBenchmark(
  benchmark: BenchmarkDefinition,
  options: MeasureOptions,
  parts: MeasureBenchmarkParts,
): Promise<ForkOutcome> {
  parts.onPhase('setup');
  const setup = await failureOf('its setup', () => benchmark.setup?.());
  if (setup !== undefined) return setup;
  const outcome = await measured(benchmark, options, parts);
  parts.onPhase('teardown');
  const teardown = await failureOf('its teardown', () => benchmark.teardown?.());
  return outcome.type === 'measured' ? (teardown ?? outcome) : outcome;
}

async function measured(
  benchmark: BenchmarkDefinition,
  options: MeasureOptions,
  parts: MeasureBenchmarkParts,
): Promise<ForkOutcome> {
  try {
    return await measure(benchmark, options, parts);
  } catch (error) {
    return { type: 'failed', message: `it threw ${describeError(error)}` };
  }
}

async function failureOf(what: string, work: () => unknown): Promise<ForkFailure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { type: 'failed', message: `${what} threw ${describeError(error)}` };
  }
}
