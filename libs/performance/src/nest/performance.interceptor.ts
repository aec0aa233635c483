import { requestContext } from '@envol/common';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { routeTemplate } from '../core/http-labels.js';
import { HttpTiming } from '../core/http-timing.js';
import { RpcTiming } from '../core/rpc-timing.js';
import { measuredObservable } from './measured-observable.js';
import { patternLabel, transportLabel } from './rpc-labels.js';

/**
 * Times the handlers of messages; install it once, globally or with `@UseInterceptors`. HTTP requests are timed without
 * it: for them it adds what is known in a handler only, the request id of the context and, on Fastify, the route.
 */
@Injectable()
export class PerformanceInterceptor implements NestInterceptor {
  constructor(
    private readonly http: HttpTiming,
    private readonly rpc: RpcTiming,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() === 'http') this.#noteRequest(context.switchToHttp().getRequest());
    if (context.getType() !== 'rpc') return next.handle();
    const transport = transportLabel(context.switchToRpc().getContext());
    const pattern = patternLabel(context.getHandler());
    return measuredObservable(next.handle(), () => this.rpc.start(transport, pattern));
  }

  /** Fastify wraps Node's request, Express extends it. */
  #noteRequest(request: object): void {
    const raw: unknown = Reflect.get(request, 'raw');
    this.http.note(typeof raw === 'object' && raw !== null ? raw : request, {
      route: routeTemplate(request),
      requestId: requestContext.current().requestId,
    });
  }
}
