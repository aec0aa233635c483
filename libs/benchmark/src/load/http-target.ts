import { callable, optionsObject, resolveOptions } from '@envol/common/core';
import { Pool, type Dispatcher } from 'undici';
import { z } from 'zod';
import { UnexpectedStatusError } from './error-kind.js';
import type { LoadClient, LoadTarget } from './load-target.js';
import { Slots } from './slots.js';

/** What one HTTP request is made of. */
export interface HttpRequestOptions {
  /** Default `'GET'`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What is different about one request; its headers are added to those of all. */
export interface HttpRequestVariation extends HttpRequestOptions {
  /** From `/`, with the query. Default: that of `url`. */
  readonly path?: string;
}

/** Options of {@link httpTarget}. */
export interface HttpTargetOptions extends HttpRequestOptions {
  /** Without user and password; give `headers`. */
  readonly url: string;
  /** Varies the requests by their number. Default: all are the same. */
  readonly requests?: (index: number) => HttpRequestVariation;
  /**
   * Most connections at a time, one request on each; a request that finds none waits, which counts into its latency and
   * not into its service time. 1 to 60,000, default 1,000.
   */
  readonly connections?: number;
  /** Which status is a success. Default: 200 to 399. Redirects are not followed. */
  readonly expect?: (status: number) => boolean;
}

const httpTargetSchema = optionsObject({
  url: z
    .url({ protocol: /^https?$/, error: `expected a url such as 'http://127.0.0.1:3000/cities'` })
    .refine((url) => !hasCredentials(url), 'must not hold a user or password; give `headers`'),
  method: z
    .string()
    .regex(/^[A-Z]+$/, `expected a method such as 'GET'`)
    .default('GET'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.union([z.string(), z.instanceof(Uint8Array)], 'expected a text or bytes').optional(),
  requests: callable<(index: number) => HttpRequestVariation>().optional(),
  connections: z.int().min(1).max(60_000).default(1_000),
  expect: callable<(status: number) => boolean>().default(() => isSuccess),
});

type ResolvedHttpTarget = z.output<typeof httpTargetSchema>;

/**
 * Sends HTTP/1.1 requests over kept-alive connections (undici) and reads each answer to its end.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function httpTarget(options: HttpTargetOptions): LoadTarget {
  const resolved = resolveOptions({ lib: 'benchmark', what: 'httpTarget() options' }, httpTargetSchema, options);
  const { origin, pathname } = new URL(resolved.url);
  return { name: `${resolved.method} ${origin}${pathname}`, open: () => new HttpLoadClient(resolved) };
}

class HttpLoadClient implements LoadClient {
  readonly #options: ResolvedHttpTarget;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #slots: Slots;

  constructor(options: ResolvedHttpTarget) {
    const { origin, pathname, search } = new URL(options.url);
    const { connections } = options;
    this.#options = options;
    this.#path = `${pathname}${search}`;
    this.#slots = new Slots(connections);
    // The load test has its own time limit. It does not end the wait for a connection that is being made; this one does.
    this.#pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });
  }

  async send(index: number, signal: AbortSignal, onSent: () => void): Promise<void> {
    const request = this.#request(index);
    // The line is ours, not that of the pool: whoever gives up waiting leaves it.
    await this.#slots.take(signal);
    try {
      const status = await new Promise<number>((resolve, reject) => {
        this.#pool.dispatch(request, new HttpExchange({ signal, onSent, resolve, reject }));
      });
      if (!this.#options.expect(status)) throw new UnexpectedStatusError(status);
    } finally {
      this.#slots.give();
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #request(index: number): Dispatcher.DispatchOptions {
    const { method, headers, body, requests } = this.#options;
    const variation = requests?.(index);
    return {
      path: variation?.path ?? this.#path,
      method: variation?.method ?? method,
      headers: variation?.headers === undefined ? headers : { ...headers, ...variation.headers },
      body: variation?.body ?? body ?? null,
    };
  }
}

interface HttpExchangeParts {
  readonly signal: AbortSignal;
  readonly onSent: () => void;
  readonly resolve: (status: number) => void;
  readonly reject: (error: unknown) => void;
}

/** One request on its way through undici. What is in the answer does not matter, only that it is complete. */
class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #parts: HttpExchangeParts;
  #abort: () => void = () => undefined;
  #status = 0;

  constructor(parts: HttpExchangeParts) {
    this.#parts = parts;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal, onSent } = this.#parts;
    // It was given up while its connection was made; to throw keeps the connection, to abort would close it.
    signal.throwIfAborted();
    this.#forgetSignal();
    this.#abort = () => controller.abort(new Error('given up'));
    signal.addEventListener('abort', this.#abort, { once: true });
    onSent();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseEnd(): void {
    this.#forgetSignal();
    this.#parts.resolve(this.#status);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#forgetSignal();
    this.#parts.reject(error);
  }

  #forgetSignal(): void {
    this.#parts.signal.removeEventListener('abort', this.#abort);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
