import { requestContext } from '@envol/common';
import type { Server } from '@nestjs/microservices';
import { readContext } from '../core/carried-context.js';

/**
 * Has a microservice run its handlers in the request context that a `LoadBalancedClientProxy` sent along: request id
 * and deadline. What came over the network is checked first. Returns the same server:
 * `{ strategy: carryRequestContext(new ServerTCP({ port })) }`.
 *
 * It uses the server's start hook. A hook that was set before goes on working; one that is set later takes its place.
 */
export function carryRequestContext<S extends Pick<Server, 'setOnProcessingStartHook'>>(server: S): S {
  const before: unknown = Reflect.get(server, 'onProcessingStartHook');
  server.setOnProcessingStartHook((transportId, context, done) => {
    const values = readContext(metadataOf(context));
    const proceed = (): Promise<unknown> => requestContext.run(values, done);
    return typeof before === 'function' ? Reflect.apply(before, server, [transportId, context, proceed]) : proceed();
  });
  return server;
}

/** The metadata of a packet, for contexts that have some (`TcpContext`, `RedisContext` ...). */
function metadataOf(context: unknown): unknown {
  if (typeof context !== 'object' || context === null) return undefined;
  const getMetadata: unknown = Reflect.get(context, 'getMetadata');
  return typeof getMetadata === 'function' ? Reflect.apply(getMetadata, context, []) : undefined;
}
