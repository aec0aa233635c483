import { Logger } from '@nestjs/common';
import { megabytes } from '../core/megabytes.js';
import type { MemoryEvent, MemoryPressure } from '../core/memory-report.js';

const logger = new Logger('MemoryModule');

/**
 * Writes what happens in a monitor to Nest's logger.
 *
 * @param sheds whether requests are refused over a hard limit
 */
export function logMemoryEvent(event: MemoryEvent, sheds: boolean): void {
  switch (event.type) {
    case 'level':
      return logLevel(event.pressure, sheds);
    case 'warning':
      return logger.warn(event.message);
    case 'reclaim-failed':
      return logger.warn(`"${event.name}" did not give memory back: ${reasonOf(event.cause)}`);
    case 'listener-failed':
      return logger.error('A listener of onLevelChange failed', event.cause);
  }
}

function logLevel({ level, keys, current, limits }: MemoryPressure, sheds: boolean): void {
  if (level === 'normal') return logger.log('Memory is back to normal');
  const figures = keys.map((key) => {
    const limit = level === 'hard' ? limits[key]?.hard : limits[key]?.soft;
    return `${key} ${megabytes(current[key] ?? 0)} (limit ${megabytes(limit ?? 0)})`;
  });
  if (level === 'soft') return logger.warn(`Memory is over a soft limit, giving some back: ${figures.join(', ')}`);
  logger.error(`Memory is over a hard limit${sheds ? ', shedding requests' : ''}: ${figures.join(', ')}`);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
