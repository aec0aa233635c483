import { duration } from '@envol/common/core';
import { z } from 'zod';

/** A number that was typed. */
export function typedNumber() {
  return z.preprocess((value) => (isDigits(value) ? Number(value) : value), z.number());
}

/** A duration that was typed; one without a unit is milliseconds. */
export function typedDuration(min?: number) {
  return z.preprocess((value) => (isDigits(value) ? Number(value) : value), duration(min));
}

/** For an option that can be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
}
