import { cpus, totalmem } from 'node:os';
import { z } from 'zod';

const samplesSchema = z.strictObject({ samples: z.array(z.number().positive()).min(1) });

/** What a benchmark's `run` resolves to. */
const figuresSchema = z.strictObject({
  /** `ours`, peers as `<package>@<version>`, and `floor`: what any of them costs at least. */
  subjects: z
    .record(z.string().regex(/^(ours|floor|(@[^/@]+\/)?[^/@]+@\d[^@]*)$/), samplesSchema)
    .refine((subjects) => 'ours' in subjects, 'expected ours among the subjects'),
  /** The 95 % interval of the ratio of ours to ours in the same run: differences inside of it are noise. */
  aa: z.tuple([z.number().positive(), z.number().positive()]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** What a benchmark gave: the line that `--json` prints. */
export const resultSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number(),
    /** Bytes. */
    memory: z.number(),
    platform: z.string(),
    node: z.string(),
  }),
  ...figuresSchema.shape,
});

/** @typedef {z.infer<typeof resultSchema>} Result */

/** @returns {Result} */
export function resultOf({ name, unit, better }, figures) {
  return resultSchema.parse({ name, unit, better, machine: thisMachine(), ...figures });
}

function thisMachine() {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
