import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Clock } from '@envol/common';
import { methodLabel, routeTemplate, UNMATCHED } from './http-labels.js';
import type { BucketHistogram } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';
import type { PerformanceMonitor } from './performance-monitor.js';
import type { SeriesFamily } from './series-family.js';

const STARTED = 'http.server.request.start';
const FINISHED = 'http.server.response.finish';

/** The label instead of a status when the connection was gone before the response was out. */
const ABORTED = 'aborted';

/** What {@link HttpTiming} needs from its surroundings. */
export interface HttpTimingParts {
  readonly metrics: MetricRegistry;
  readonly monitor: PerformanceMonitor;
  readonly clock: Clock;
}

/** What Node publishes on both channels. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

interface RequestInFlight {
  readonly start: number;
  readonly socket: Socket;
  route?: string | undefined;
  requestId?: string | undefined;
}

/**
 * Times the requests of one HTTP server where they begin and end: at the server itself, through Node's
 * `diagnostics_channel`. So what never reaches a handler is in it too: 401, 404, failing middleware, aborted requests.
 */
export class HttpTiming {
  readonly #parts: HttpTimingParts;
  #seconds: SeriesFamily<BucketHistogram> | undefined;
  readonly #inFlight = new Map<IncomingMessage, RequestInFlight>();
  /** By connection, since not every response says that its connection is gone: one that waits behind another (pipelining) does not. */
  readonly #bySocket = new WeakMap<Socket, Set<IncomingMessage>>();
  #server: object | undefined;

  constructor(parts: HttpTimingParts) {
    this.#parts = parts;
  }

  /** Begins to time the requests of `server`, and of no other that the process has. */
  start(server: object): void {
    const { metrics } = this.#parts;
    this.#seconds = metrics.histogramFamily(
      {
        name: 'envol_performance_http_request_seconds',
        help: 'Time from the head of an HTTP request to the end of its response',
      },
      ['method', 'route', 'status'],
    );
    metrics.gauge(
      { name: 'envol_performance_http_requests_in_flight', help: 'HTTP requests that have no complete response yet' },
      () => this.#inFlight.size,
    );
    this.#server = server;
    subscribe(STARTED, this.#onStarted);
    subscribe(FINISHED, this.#onFinished);
  }

  stop(): void {
    unsubscribe(STARTED, this.#onStarted);
    unsubscribe(FINISHED, this.#onFinished);
    this.#inFlight.clear();
  }

  /** Adds what only a handler's surroundings know of a request; nothing, if the request is not timed here. */
  note(request: object, known: { readonly route: string | undefined; readonly requestId: string | undefined }): void {
    const inFlight = request instanceof IncomingMessage ? this.#inFlight.get(request) : undefined;
    if (inFlight !== undefined) Object.assign(inFlight, known);
  }

  readonly #onStarted = (message: unknown): void => {
    if (!isExchangeOf(message, this.#server)) return;
    const { request, socket } = message;
    this.#inFlight.set(request, { start: this.#parts.clock.monotonic(), socket });
    this.#requestsOf(socket).add(request);
  };

  readonly #onFinished = (message: unknown): void => {
    if (isExchangeOf(message, this.#server)) this.#end(message.request, message.response.statusCode);
  };

  #requestsOf(socket: Socket): Set<IncomingMessage> {
    const existing = this.#bySocket.get(socket);
    if (existing !== undefined) return existing;
    const requests = new Set<IncomingMessage>();
    this.#bySocket.set(socket, requests);
    socket.once('close', () => {
      for (const request of requests) this.#end(request, ABORTED);
    });
    return requests;
  }

  #end(request: IncomingMessage, status: number | typeof ABORTED): void {
    const inFlight = this.#inFlight.get(request);
    if (inFlight === undefined) return;
    this.#inFlight.delete(request);
    this.#bySocket.get(inFlight.socket)?.delete(request);
    const seconds = (this.#parts.clock.monotonic() - inFlight.start) / 1_000;
    const method = methodLabel(request.method);
    const route = inFlight.route ?? routeTemplate(request) ?? UNMATCHED;
    this.#seconds?.at([method, route, String(status)]).record(seconds);
    this.#parts.monitor.served({
      kind: 'http',
      route: `${method} ${route}`,
      seconds,
      outcome: status !== ABORTED && status >= 500 ? 'error' : 'ok',
      requestId: inFlight.requestId ?? idOf(request),
    });
  }
}

function isExchangeOf(message: unknown, server: object | undefined): message is Exchange {
  return (
    typeof message === 'object' &&
    message !== null &&
    'server' in message &&
    message.server === server &&
    'request' in message &&
    message.request instanceof IncomingMessage &&
    'response' in message &&
    message.response instanceof ServerResponse &&
    'socket' in message &&
    message.socket instanceof Socket
  );
}

/** Where pino-http and others put the id of a request. */
function idOf(request: object): string | undefined {
  const id: unknown = Reflect.get(request, 'id');
  return typeof id === 'string' ? id : undefined;
}
