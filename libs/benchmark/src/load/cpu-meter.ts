/** Measures how much CPU time this process takes. */
export class CpuMeter {
  readonly #start = performance.now();
  readonly #usage = process.cpuUsage();

  /** Since it was made, as a share of one core: 1 is one core all the time. */
  share(): number {
    const { user, system } = process.cpuUsage(this.#usage);
    return (user + system) / 1_000 / Math.max(1, performance.now() - this.#start);
  }
}
