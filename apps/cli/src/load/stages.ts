import type { RateStage } from '@envol/benchmark/load';
import { parseDuration } from '@envol/common/core';
import { z } from 'zod';

const STAGE = /^([^:]+):(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/;

/** Reads `10s:100,30s:100-1000`: ten seconds at 100 requests per second, then thirty from 100 up to 1,000. */
export const stages = z.string().transform((text, context): RateStage[] =>
  text.split(',').map((part) => {
    const [, time, from, to] = STAGE.exec(part.trim()) ?? [];
    const milliseconds = parseDuration(time);
    if (milliseconds === undefined) {
      context.addIssue(`"${part}" is no stage: expected one such as 10s:100, or 30s:100-1000 for a ramp`);
      return z.NEVER;
    }
    return { duration: milliseconds, rate: to === undefined ? Number(from) : { from: Number(from), to: Number(to) } };
  }),
);
