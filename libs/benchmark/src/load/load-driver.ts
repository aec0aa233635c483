/** Decides when requests are sent. */
export interface LoadDriver {
  /** What is planned at a time in milliseconds from the start: requests per second, or connections. */
  plannedAt(time: number): number;
  /** Resolves when everything planned was sent, or `signal` has aborted; requests may still be in flight. */
  run(signal: AbortSignal): Promise<void>;
}
