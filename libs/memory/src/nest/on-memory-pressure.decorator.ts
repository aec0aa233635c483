import { EnvolError } from '@envol/common';
import { Reflector } from '@nestjs/core';
import { MEMORY_LEVELS, type MemoryLevel } from '../core/memory-level.js';
import type { MemoryPressure } from '../core/memory-report.js';

/** What {@link OnMemoryPressure} leaves on a method. */
export const OnMemoryPressureMetadata = Reflector.createDecorator<readonly MemoryLevel[]>({
  key: 'envol:memory:on-pressure',
});

/**
 * Has a method of a provider or controller called when one of the levels is entered, from above or below:
 * `@OnMemoryPressure('soft')`, `@OnMemoryPressure('soft', 'hard')`, `@OnMemoryPressure('normal')` for the end of it. The
 * method gets a {@link MemoryPressure}; nobody waits for it, and what it throws is logged.
 *
 * @throws EnvolError `ENVOL_MEMORY_INVALID_DECORATOR` when the class is defined
 */
export function OnMemoryPressure(...levels: readonly [MemoryLevel, ...MemoryLevel[]]) {
  return <T extends (pressure: MemoryPressure) => unknown>(
    prototype: object,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    const unknown = levels.find((level) => !MEMORY_LEVELS.includes(level));
    if (levels.length === 0 || unknown !== undefined || descriptor.value === undefined) {
      throw new EnvolError(
        'ENVOL_MEMORY_INVALID_DECORATOR',
        `@OnMemoryPressure on ${prototype.constructor.name}.${String(property)}: ` +
          (descriptor.value === undefined ? 'it is not a method' : `there is no level "${unknown ?? ''}"`),
        `Put it on a method, with one or more of the levels ${MEMORY_LEVELS.join(', ')}.`,
      );
    }
    OnMemoryPressureMetadata(levels)(prototype, property, descriptor);
  };
}
