import type { ProgressOutput } from '../launcher/progress-bar.js';

const CLEAR = '\r\u001B[2K';

/** Lines of what happened and, on a terminal, below them one line that is always rewritten. */
export class LiveLine {
  readonly #output: ProgressOutput;
  #shown = '';

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Writes a line that stays. */
  tell(text: string): void {
    const live = this.#shown;
    this.clear();
    this.#output.write(`${text}\n`);
    this.update(live);
  }

  /** Shows how things stand now; elsewhere than on a terminal that would be noise. */
  update(text: string): void {
    if (!this.#output.isTTY) return;
    this.#output.write(`${this.#shown === '' ? '' : CLEAR}${text}`);
    this.#shown = text;
  }

  clear(): void {
    if (this.#shown !== '') this.#output.write(CLEAR);
    this.#shown = '';
  }
}
