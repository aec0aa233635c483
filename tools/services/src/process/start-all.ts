import type { Service } from '../service.js';

/** Waits for all of them; if one fails to start, stops the others and rejects with what went wrong. */
export async function startAll<T extends readonly Promise<Pick<Service, 'stop'>>[]>(starting: readonly [...T]) {
  try {
    return await Promise.all(starting);
  } catch (error) {
    const outcomes = await Promise.allSettled(starting);
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await Promise.all(started.map((service) => service.stop()));
    throw error;
  }
}
