import { z } from 'zod';

/** The part of `GET /describe` that counts the calls. */
export const descriptionSchema = z.object({
  places: z.array(z.object({ host: z.string(), port: z.int(), requests: z.int().nonnegative() })),
});
export type Description = z.output<typeof descriptionSchema>;

/** Adds up the calls that the gateway sent to each replica since the first {@link update}. */
export class ReplicaCalls {
  readonly #calls = new Map<string, number>();
  readonly #counters = new Map<string, number>();
  #isFirst = true;

  /** Calls by `host:port`: its id is what a registry calls it. */
  get byInstance(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  get total(): number {
    return [...this.#calls.values()].reduce((sum, calls) => sum + calls, 0);
  }

  /** An instance may leave the list and come back, with its counter or with a new one that starts at zero. */
  update(description: Description): void {
    for (const [instance, requests] of requestsByInstance(description)) {
      const before = this.#counters.get(instance) ?? (this.#isFirst ? requests : 0);
      const added = requests < before ? requests : requests - before;
      this.#counters.set(instance, requests);
      this.#calls.set(instance, (this.#calls.get(instance) ?? 0) + added);
    }
    this.#isFirst = false;
  }
}

/** One that has come back is in the list twice while its earlier connection finishes its calls. */
function requestsByInstance({ places }: Description): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { host, port, requests } of places) {
    const instance = `${host}:${port}`;
    sums.set(instance, (sums.get(instance) ?? 0) + requests);
  }
  return sums;
}
