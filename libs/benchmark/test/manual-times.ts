import type { ProcessTimes } from '../src/core/measure/process-times.js';

/** Times that only pass when they are told to, in nanoseconds. */
export class ManualTimes implements ProcessTimes {
  #wall = 0;
  #cpu = 0;

  readonly wall = (): number => this.#wall;
  readonly cpu = (): number => this.#cpu;

  /** @param cpu how much of it was spent computing */
  pass(wall: number, cpu = wall): void {
    this.#wall += wall;
    this.#cpu += cpu;
  }
}
