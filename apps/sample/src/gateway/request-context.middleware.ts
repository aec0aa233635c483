import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestContext, type Lifecycle } from '@envol/common';
import type { ReqId } from 'pino-http';

const HEADER = 'x-request-id';
const ACCEPTABLE = /^[\w.-]{1,64}$/;

/** The id that a caller gave its request, if it is harmless in a log, or a new one. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[HEADER];
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
}

/** Gives every request its id, which the answer carries too, and its deadline, for all that is done on its behalf, here and in the replicas. */
export function requestContextMiddleware(timeout: number, lifecycle: Lifecycle) {
  return (request: IncomingMessage & { id?: ReqId }, response: ServerResponse, next: () => void): void => {
    // While draining, a client that keeps its connection would come back to a process that is about to end.
    if (lifecycle.phase === 'draining') response.setHeader('connection', 'close');
    const requestId = requestIdOf(request);
    request.id = requestId;
    response.setHeader(HEADER, requestId);
    requestContext.run({ requestId, deadline: Date.now() + timeout }, next);
  };
}
