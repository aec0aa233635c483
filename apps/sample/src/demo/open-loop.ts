import type { Clock } from '@envol/common';

export interface OpenLoopOptions {
  /** Requests per second. */
  readonly rate: number;
  /** How many in all. */
  readonly count: number;
  readonly clock: Clock;
}

/**
 * Calls `send` at a constant rate, whether earlier requests were answered or not, as users do who do not know of each
 * other. It gets the time at which its request was due, on `clock.monotonic()`: latency counts from there, so that a
 * stall is felt by every request that fell into it, not only by the one that was under way ("coordinated omission",
 * Gil Tene). What is late is sent at once. Resolves when all are settled.
 */
export function openLoop(
  { rate, count, clock }: OpenLoopOptions,
  send: (index: number, dueAt: number) => Promise<void>,
): Promise<void> {
  const start = clock.monotonic();
  const dueAt = (index: number): number => start + (index * 1_000) / rate;
  const sent: Promise<void>[] = [];
  return new Promise((resolve, reject) => {
    const sendDue = (): void => {
      while (sent.length < count && dueAt(sent.length) <= clock.monotonic()) {
        sent.push(send(sent.length, dueAt(sent.length)));
      }
      if (sent.length < count) clock.setTimeout(sendDue, Math.max(0, dueAt(sent.length) - clock.monotonic()));
      else Promise.all(sent).then(() => resolve(), reject);
    };
    sendDue();
  });
}
