const WIDTH = 30;

/** Where progress is shown; `process.stdout` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows on a terminal how much of some work is done; elsewhere a line for every quarter. */
export class ProgressBar {
  #done = 0;
  #lastShown = -1;

  constructor(
    private readonly label: string,
    private readonly total: number,
    private readonly output: ProgressOutput,
  ) {}

  advance(amount: number): void {
    this.#done += amount;
    const steps = this.output.isTTY ? WIDTH : 4;
    const step = Math.floor((this.#done / this.total) * steps);
    if (step === this.#lastShown) return;
    this.#lastShown = step;
    const counts = `${this.#done.toLocaleString('en')} of ${this.total.toLocaleString('en')}`;
    const end = this.#done >= this.total ? '\n' : '';
    const bar = `\r${this.label} [${'#'.repeat(step).padEnd(WIDTH, '.')}] ${counts}${end}`;
    this.output.write(this.output.isTTY ? bar : `${this.label}: ${counts}\n`);
  }
}
