import type { Output } from './context.js';

const CLEAR_LINE = '\r\u{1B}[2K';
const USUAL_WIDTH = 80;

/** Shows how far something is: one line that is drawn anew in a terminal, a line for each news elsewhere. */
export class ProgressLine {
  #last = '';

  constructor(private readonly output: Output) {}

  show(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    if (this.output.isTTY !== true) {
      this.output.write(`${text}\n`);
      return;
    }
    const width = (this.output.columns ?? USUAL_WIDTH) - 1;
    this.output.write(CLEAR_LINE + (text.length > width ? `${text.slice(0, width - 1)}…` : text));
  }

  /** Leaves the line to what comes next. */
  clear(): void {
    if (this.#last !== '' && this.output.isTTY === true) this.output.write(CLEAR_LINE);
    this.#last = '';
  }
}
