import { z } from 'zod';
import { invalidReport, otherVersion } from './report-errors.js';
import type { BenchmarkReport } from './report.js';

const time = z.number().positive();
const text = z.string().min(1);
const samples = z.array(time).min(1);

const comparison = z.object({
  verdict: z.enum(['faster', 'slower', 'no difference']),
  ratio: time,
  interval: z.tuple([time, time]).refine(([low, high]) => low <= high, 'expected the low end first'),
  p: z.number().min(0).max(1),
});

const measured = z.object({
  name: text,
  outcome: z.literal('measured'),
  samples,
  min: time,
  max: time,
  avg: time,
  median: time,
  p75: time,
  p99: time,
  margin: z.number().min(0),
  opsPerSecond: time,
  cpu: z.number(),
  heap: z.number().exactOptional(),
  comparison: comparison.exactOptional(),
  warnings: z.array(z.string()),
});

const unmeasured = z.object({ name: text, outcome: z.enum(['too-fast', 'timed-out', 'failed']), message: z.string() });

/** What a later version adds is left out. */
const report: z.ZodType<BenchmarkReport> = z.object({
  version: z.literal(1),
  suite: text,
  createdAt: z.iso.datetime({ offset: true }),
  machine: z.object({
    cpu: z.string(),
    cores: z.int().positive(),
    memory: z.number().positive(),
    platform: z.string(),
    node: z.string(),
  }),
  forks: z.int().positive(),
  baseline: text,
  noise: z.object({ name: text, comparison, samples }).exactOptional(),
  results: z
    .array(z.discriminatedUnion('outcome', [measured, unmeasured]))
    .refine((results) => new Set(results.map(({ name }) => name)).size === results.length, 'a name is there twice'),
});

/** So many problems are told of a file that is something else altogether. */
const MOST_PROBLEMS = 5;

/**
 * Checks what may be anything, such as the content of a file.
 *
 * @param source what it is called in an error
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_REPORT`
 */
export function parseReport(raw: unknown, source = 'What was given'): BenchmarkReport {
  const version: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'version') : undefined;
  if (version !== undefined && version !== 1) throw otherVersion(source, version);
  const { success, data, error } = report.safeParse(raw);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'report'}: ${message}`);
  throw invalidReport(source, problems.slice(0, MOST_PROBLEMS).join('; '));
}
