import { megabytes } from './megabytes.js';
import type { ProcessMemory } from './process-memory.js';

/** What a process needs beside its heap and what objects hold off it: code, stacks, V8 itself. */
const OVERHEAD = 0.15;

/**
 * What to say when the heap may outgrow the container: then the kernel ends the process, without a word, before V8 runs
 * out of heap. `undefined` if it fits.
 */
export function checkContainer(memory: ProcessMemory): string | undefined {
  const { heapSizeLimit, heapLimit, containerMemory, isContained } = memory;
  const { external } = memory.read();
  const needed = (heapSizeLimit + external) * (1 + OVERHEAD);
  if (needed <= containerMemory) return undefined;
  const young = heapSizeLimit - heapLimit;
  const fitting = Math.floor((containerMemory / (1 + OVERHEAD) - external - young) / 1024 ** 2);
  const advice = fitting > 0 ? `Start Node with --max-old-space-size=${fitting} or less, or give it` : 'Give it';
  return (
    `The heap may grow to ${megabytes(heapSizeLimit)}. With ${megabytes(external)} off the heap and 15 % for the rest ` +
    `the process may need ${megabytes(needed)}, and the ${isContained ? 'container' : 'machine'} has ` +
    `${megabytes(containerMemory)}: it would be killed before it runs out of heap. ${advice} more memory.`
  );
}
