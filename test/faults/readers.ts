import { eventually } from '@envol/common/testing';
import type { Atlas } from '../../apps/sample/test/atlas.js';
import { CITIES } from '../../apps/sample/test/cities.js';

/** Coprime to the number of cities, so that every city comes once before one comes again: no layer has it yet. */
const STRIDE = 7_919;

/** Across all readers of a file: none reads what another has read. */
let next = 0;

/** Callers that read city after city without a pause and check every answer against the data file. */
export class Readers {
  readonly #atlas: Atlas;
  readonly #done = new AbortController();
  readonly #callers: readonly Promise<void>[];
  readonly #latencies: number[] = [];
  readonly #wrong: unknown[] = [];

  constructor(atlas: Atlas, count: number) {
    this.#atlas = atlas;
    this.#callers = Array.from({ length: count }, () => this.#read());
  }

  /** Resolves when so many more reads were made; to what each of them took, in milliseconds. */
  async reads(count: number): Promise<readonly number[]> {
    const from = this.#latencies.length;
    await eventually(() => this.#latencies.length >= from + count, 60_000);
    return this.#latencies.slice(from, from + count);
  }

  /** Ends the callers; resolves to every answer that was not as it should be. */
  async stop(): Promise<readonly unknown[]> {
    this.#done.abort();
    await Promise.all(this.#callers);
    return this.#wrong;
  }

  async #read(): Promise<void> {
    while (!this.#done.signal.aborted) {
      const city = CITIES[(next++ * STRIDE) % CITIES.length];
      const start = performance.now();
      const { status, body } = await this.#atlas.get(`/cities/${city?.id}`);
      this.#latencies.push(performance.now() - start);
      if (status !== 200 || JSON.stringify(body) !== JSON.stringify(city)) this.#wrong.push({ status, body, city });
    }
  }
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
