import type { IncomingMessage } from 'node:http';
import { Injectable, UnsupportedMediaTypeException, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Lets no body in that is not JSON: it would be taken for an empty one. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (method !== 'POST' || /^application\/json\b/i.test(headers['content-type'] ?? '')) return true;
    throw new UnsupportedMediaTypeException('Send JSON: content-type: application/json');
  }
}
