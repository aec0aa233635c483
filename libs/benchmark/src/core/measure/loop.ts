/**
 * The loops around a benchmark's function. V8 optimises a loop for the functions that it has called, so this module is
 * imported anew for each function: see `freshLoops`.
 *
 * Each result is stored where V8 has to take it for needed. Numbers have a field of their own, in which V8 keeps them
 * without allocating.
 */
export const sink: { number: number; value: unknown } = { number: 0.5, value: undefined };

/** Calls `fn` so many times, with the inputs in turn from number `at`. Returns the number of the next input. */
export function loop(fn: (input: unknown) => unknown, inputs: readonly unknown[], at: number, count: number): number {
  const { length } = inputs;
  let next = at;
  for (let call = 0; call < count; call += 1) {
    const result = fn(inputs[next]);
    if (typeof result === 'number') sink.number = result;
    else sink.value = result;
    next += 1;
    if (next === length) next = 0;
  }
  return next;
}

/** As {@link loop}, where each result is awaited before the next call. */
export async function asyncLoop(
  fn: (input: unknown) => unknown,
  inputs: readonly unknown[],
  at: number,
  count: number,
): Promise<number> {
  const { length } = inputs;
  let next = at;
  for (let call = 0; call < count; call += 1) {
    const result = await fn(inputs[next]);
    if (typeof result === 'number') sink.number = result;
    else sink.value = result;
    next += 1;
    if (next === length) next = 0;
  }
  return next;
}
