import { isEnvolError, requestContext } from '@envol/common';
import { Catch, HttpException, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ERRORS, remoteErrorSchema } from '../contract/remote-error.js';
import type { Problem } from '../contract/schemas.js';

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  [ERRORS.unknownCity]: HttpStatus.NOT_FOUND,
  ENVOL_SHARDING_INVALID_CURSOR: HttpStatus.BAD_REQUEST,
  ENVOL_SHARDING_SHARD_UNAVAILABLE: HttpStatus.SERVICE_UNAVAILABLE,
  ENVOL_LOAD_BALANCER_NO_INSTANCES: HttpStatus.SERVICE_UNAVAILABLE,
  ENVOL_LOAD_BALANCER_UNAVAILABLE: HttpStatus.SERVICE_UNAVAILABLE,
  ENVOL_LOAD_BALANCER_CLOSED: HttpStatus.SERVICE_UNAVAILABLE,
  ENVOL_CACHE_DEADLINE: HttpStatus.GATEWAY_TIMEOUT,
  ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME: HttpStatus.GATEWAY_TIMEOUT,
  ENVOL_LOAD_BALANCER_TIMEOUT: HttpStatus.GATEWAY_TIMEOUT,
  ENVOL_LOAD_BALANCER_DEADLINE: HttpStatus.GATEWAY_TIMEOUT,
};

/** Turns errors into answers: those of Nest, ours, and those that a replica sent. No stack leaves the process. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  readonly #logger = new Logger('Gateway');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { requestId } = requestContext.current();
    const problem: Problem = { ...this.#describe(error), ...(requestId !== undefined && { requestId }) };
    const response: unknown = host.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.reply(response, problem, problem.statusCode);
  }

  #describe(error: unknown): Problem {
    if (error instanceof HttpException) return describeHttpException(error);
    const known = isEnvolError(error) ? error : remoteErrorSchema.safeParse(error).data;
    const statusCode = known && STATUS_OF_CODE[known.code];
    if (known !== undefined && statusCode !== undefined)
      return { statusCode, code: known.code, message: known.message };
    this.#logger.error(error);
    return { statusCode: 500, code: ERRORS.internal, message: 'Something went wrong here; the log has the details' };
  }
}

function describeHttpException(error: HttpException): Problem {
  const statusCode = error.getStatus();
  const body = error.getResponse();
  const message: unknown = typeof body === 'object' ? Reflect.get(body, 'message') : body;
  return {
    statusCode,
    code: HttpStatus[statusCode] ?? 'HTTP_ERROR',
    message: isMessage(message) ? message : error.message,
  };
}

function isMessage(value: unknown): value is string | string[] {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
