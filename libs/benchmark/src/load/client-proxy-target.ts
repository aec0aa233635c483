import { callable, optionsObject, resolveOptions } from '@envol/common/core';
import { z } from 'zod';
import type { LoadClient, LoadTarget } from './load-target.js';

/** What is used of a `ClientProxy` of @nestjs/microservices. */
export interface SendingClient {
  send(pattern: unknown, data: unknown): AnswerStream;
}

/** What is used of an `Observable` of rxjs. */
export interface AnswerStream {
  subscribe(observer: { complete: () => void; error: (error: unknown) => void }): { unsubscribe(): void };
}

/** Options of {@link clientProxyTarget}. */
export interface ClientProxyTargetOptions {
  /** That of the message handler: a text, or an object such as `{ cmd: 'find' }`. */
  readonly pattern: string | number | object;
  /** What the message of that number carries. Default: nothing (`{}`). */
  readonly data?: (index: number) => unknown;
}

const clientProxyTargetSchema = optionsObject({
  pattern: z.custom<string | number | object>(
    (value) => ['string', 'number'].includes(typeof value) || (typeof value === 'object' && value !== null),
    'expected a text, a number or an object',
  ),
  data: callable<(index: number) => unknown>().default(() => () => ({})),
});

/**
 * Sends messages through a `ClientProxy` of @nestjs/microservices, of any transport, and waits until the answer is
 * complete. The client remains the caller's, who also closes it.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function clientProxyTarget(client: SendingClient, options: ClientProxyTargetOptions): LoadTarget {
  const owner = { lib: 'benchmark', what: 'clientProxyTarget() options' };
  const { pattern, data } = resolveOptions(owner, clientProxyTargetSchema, options);
  const send: LoadClient['send'] = (index, signal) => answered(client.send(pattern, data(index)), signal);
  const name = typeof pattern === 'object' ? JSON.stringify(pattern) : String(pattern);
  return { name: `message ${name}`, open: () => ({ send }) };
}

function answered(answer: AnswerStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = answer.subscribe({ complete: resolve, error: reject });
    signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  });
}
