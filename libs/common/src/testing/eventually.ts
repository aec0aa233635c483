/**
 * Waits until `check` neither throws nor returns false, and returns what it returned; looks every 10 ms of real time.
 *
 * @throws the last error of `check`, or one saying that it stayed false, after `deadline` milliseconds.
 */
export async function eventually<T>(check: () => T | Promise<T>, deadline = 5_000): Promise<T> {
  const end = performance.now() + deadline;
  for (;;) {
    try {
      const result = await check();
      if (result !== false) return result;
      if (performance.now() > end) throw new Error(`still false after ${deadline} ms`);
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
