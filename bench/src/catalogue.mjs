import { readdirSync } from 'node:fs';
import { z } from 'zod';

const FOLDER = new URL('../benchmarks/', import.meta.url);

/**
 * What a file of bench/benchmarks exports as `benchmark`. `sideBySide()` makes most of them; one that needs servers or
 * several processes brings a `run` of its own: `({ quick, onProgress, signal })`, which resolves to `subjects`, `aa` and
 * `facts` as in result.mjs. Under `quick` it need only show that it works.
 *
 * @typedef {z.infer<typeof benchmarkSchema>} Benchmark
 */
const benchmarkSchema = z.strictObject({
  name: z.string(),
  claim: z.string().min(20),
  unit: z.string().min(1),
  better: z.enum(['lower', 'higher']),
  run: z.custom((value) => typeof value === 'function', 'expected a function'),
});

/** Every benchmark there is, by name. */
export async function allBenchmarks() {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.mjs$/, ''));
  const benchmarks = [];
  for (const name of names.toSorted()) benchmarks.push(await load(name));
  return benchmarks;
}

/** @returns {Promise<Benchmark>} */
async function load(name) {
  const { benchmark } = await import(new URL(`${name}.mjs`, FOLDER).href);
  return benchmarkSchema.extend({ name: z.literal(name) }).parse(benchmark);
}
