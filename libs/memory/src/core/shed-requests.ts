import type { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { LoadShedder } from './load-shedder.js';
import { OVERLOADED } from './overload.js';

const BODY = Buffer.from(JSON.stringify({ statusCode: 503, error: 'Service Unavailable', ...OVERLOADED }));

/**
 * Has an HTTP server answer 503 by itself while the shedder sheds: before the framework, its middleware and its body
 * parsers see the request, so that a refusal costs next to nothing. Requests that are under way are not touched.
 *
 * It takes the place of the server's `emit`, as tracing tools do, and not of its listeners: which of those are there
 * depends on the framework and on the order in which it started.
 */
export function shedRequests(server: EventEmitter, shedder: LoadShedder): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'request' && shedder.isShedding) {
      const [request, response] = args;
      if (request instanceof IncomingMessage && response instanceof ServerResponse) {
        if (!shedder.isExempt(request.url ?? '')) {
          shedder.refused('server');
          refuse(request, response, shedder.retryAfter);
          return true;
        }
      }
    }
    return emit(event, ...args);
  };
}

/**
 * Closing the connection sends the client's next request elsewhere. After a request with a body that was not read it
 * could cut off this answer too, so there Node reads the body to its end and drops it.
 */
function refuse(request: IncomingMessage, response: ServerResponse, retryAfter: string): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) response.setHeader('Connection', 'close');
  response.writeHead(503, {
    'Retry-After': retryAfter,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': BODY.byteLength,
  });
  response.end(BODY);
}
