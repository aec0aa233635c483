import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import type { EjectionSettings } from './outlier-ejection.js';

/** When an instance is left out for failing, and for how long. */
export interface EjectionOptions {
  /** So many failures in a row; errors that the application answered are no failures. Default 3. */
  readonly failures?: number;
  /** For how long the first time in a row; the second time twice as long, and so on. Default 2 s. */
  readonly time?: Duration;
  /** Never longer than this. Default 30 s. */
  readonly maxTime?: Duration;
}

/** Checks {@link EjectionOptions} and fills in the defaults. */
export const ejectionSchema = optionsObject({
  failures: z.int().min(1).default(3),
  time: duration().prefault('2s'),
  maxTime: duration().prefault('30s'),
}).refine(({ time, maxTime }) => time <= maxTime, { path: ['maxTime'], error: 'must not be shorter than `time`' });

/** @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS` */
export function resolveEjection(raw: EjectionOptions = {}): EjectionSettings {
  return resolveOptions({ lib: 'load-balancer', what: 'ejection options' }, ejectionSchema, raw);
}
