import { z } from 'zod';
import type { ForkOutcome } from './fork-subject.js';

/** What a fork does at the moment; the first is all that it does before it tells of another. */
const PHASES = ['start', 'import', 'setup', 'first call', 'warm-up', 'measurement', 'teardown'] as const;

export type ForkPhase = (typeof PHASES)[number];

/** What a fork is asked to do; times in milliseconds. */
export interface ForkTask {
  readonly file: string;
  readonly suite: string;
  readonly benchmark: string;
  readonly warmUp: number;
  readonly sampleTime: number;
  readonly samples: number;
}

/** What a fork tells. */
export type ForkMessage =
  | { readonly type: 'envol:benchmark:phase'; readonly phase: ForkPhase }
  | { readonly type: 'envol:benchmark:outcome'; readonly outcome: ForkOutcome };

const taskSchema = z.object({
  file: z.string(),
  suite: z.string(),
  benchmark: z.string(),
  warmUp: z.number(),
  sampleTime: z.number(),
  samples: z.number(),
});

const outcomeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('measured'),
    wall: z.number().positive(),
    cpu: z.number().min(0),
    heap: z.number().min(0).exactOptional(),
    warnings: z.array(z.string()),
  }),
  z.object({
    type: z.enum(['too-fast', 'timed-out', 'failed']),
    message: z.string(),
    isMissing: z.boolean().exactOptional(),
  }),
]);

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('envol:benchmark:phase'), phase: z.enum(PHASES) }),
  z.object({ type: z.literal('envol:benchmark:outcome'), outcome: outcomeSchema }),
]);

/** The task in what a process was sent. @throws ZodError when it is none */
export function parseForkTask(message: unknown): ForkTask {
  return taskSchema.parse(message);
}

/** What a fork told; `undefined` for what the benchmark itself sent over the same channel. */
export function parseForkMessage(message: unknown): ForkMessage | undefined {
  return messageSchema.safeParse(message).data;
}
