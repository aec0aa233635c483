import { isEnvolError } from '@envol/common/core';
import type { Output } from './context.js';

/** Says what went wrong and what to do; where in the code only if asked. */
export function printError(output: Output, error: unknown, isDebug: boolean): void {
  if (isDebug) {
    output.write(`${error instanceof Error ? withCauses(error) : String(error)}\n`);
  } else if (isEnvolError(error)) {
    output.write(`${error.message} (${error.code})\n${error.hint}\n`);
  } else {
    output.write(`${error instanceof Error ? error.message : String(error)}\nWith --debug you see where.\n`);
  }
}

function withCauses(error: Error): string {
  const own = error.stack ?? error.message;
  const hint = isEnvolError(error) ? `\n${error.hint}` : '';
  return `${own}${hint}${error.cause instanceof Error ? `\nCaused by: ${withCauses(error.cause)}` : ''}`;
}
