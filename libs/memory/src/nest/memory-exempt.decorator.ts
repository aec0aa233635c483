import { Reflector } from '@nestjs/core';

/** What {@link MemoryExempt} leaves on a handler or a class. */
export const MemoryExemptMetadata = Reflector.createDecorator<boolean>({ key: 'envol:memory:exempt' });

/**
 * Has `MemoryGuard` serve a handler, or every handler of a controller, also over a hard limit. The HTTP server knows
 * paths only: name the path in `shed.exempt` too, or leave refusing to the guard with `shed: { server: false }`.
 */
export function MemoryExempt() {
  return MemoryExemptMetadata(true);
}
