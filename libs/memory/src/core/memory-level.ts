/** How tight memory is: `soft` means that it is being given back, `hard` that requests are shed. */
export type MemoryLevel = 'normal' | 'soft' | 'hard';

/** The levels from the lowest to the highest. */
export const MEMORY_LEVELS = ['normal', 'soft', 'hard'] as const satisfies readonly MemoryLevel[];

/** 0, 1 or 2, to compare levels with. */
export function rankOf(level: MemoryLevel): number {
  return MEMORY_LEVELS.indexOf(level);
}

export function higherOf(a: MemoryLevel, b: MemoryLevel): MemoryLevel {
  return rankOf(a) >= rankOf(b) ? a : b;
}

export function lowerOf(a: MemoryLevel, b: MemoryLevel): MemoryLevel {
  return rankOf(a) <= rankOf(b) ? a : b;
}
