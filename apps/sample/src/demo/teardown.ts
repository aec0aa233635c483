/** Stops what was started, the latest first. */
export class Teardown {
  readonly #stops: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  add(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /**
   * Again: waits for the same end. A stop that fails does not keep the others from theirs.
   *
   * @throws the first error of a stop, at the end
   */
  run(): Promise<void> {
    return (this.#running ??= this.#run());
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      await stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
