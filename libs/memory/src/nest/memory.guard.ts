import { Injectable, ServiceUnavailableException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { LoadShedder } from '../core/load-shedder.js';
import { OVERLOADED } from '../core/overload.js';
import { MemoryExemptMetadata } from './memory-exempt.decorator.js';

/**
 * Refuses requests while memory is over a hard limit: HTTP with 503 and `Retry-After`, messages of a microservice with
 * an RpcException `{ code: 'ENVOL_MEMORY_OVERLOADED', message, retryAfter }` (seconds). For `@UseGuards` and `APP_GUARD`.
 * Handlers with `@MemoryExempt()` and the paths of `shed.exempt` are served.
 */
@Injectable()
export class MemoryGuard implements CanActivate {
  constructor(
    private readonly shedder: LoadShedder,
    private readonly reflector: Reflector,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.shedder.isShedding || this.#isExempt(context)) return true;
    this.shedder.refused('guard');
    if (context.getType() === 'rpc') return this.#refuseMessage();
    if (context.getType() === 'http') {
      this.adapterHost.httpAdapter.setHeader(
        context.switchToHttp().getResponse(),
        'Retry-After',
        this.shedder.retryAfter,
      );
    }
    throw new ServiceUnavailableException({ statusCode: 503, error: 'Service Unavailable', ...OVERLOADED });
  }

  #isExempt(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride(MemoryExemptMetadata, [context.getHandler(), context.getClass()])) return true;
    if (context.getType() !== 'http') return false;
    const url: unknown = this.adapterHost.httpAdapter.getRequestUrl(context.switchToHttp().getRequest());
    return typeof url === 'string' && this.shedder.isExempt(url);
  }

  /** Imported only here: who gets messages has the package, and an application without microservices need not. */
  async #refuseMessage(): Promise<never> {
    const { RpcException } = await import('@nestjs/microservices');
    throw new RpcException({ ...OVERLOADED, retryAfter: Number(this.shedder.retryAfter) });
  }
}
