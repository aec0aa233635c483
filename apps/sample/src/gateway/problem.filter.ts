import { isEnvolError, requestContext } from '@envol/common';
import { Catch, HttpException, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ERRORS, remoteErrorSchema } from '../contract/remote-error.js';
import type { Problem } from '../contract/schemas.js';

/** How an error is answered. */
interface PublicProblem {
  readonly statusCode: HttpStatus;
  /** What the world may read; without it the error's own message, which names nothing inside. */
  readonly message?: string;
}

const NOBODY = { statusCode: HttpStatus.SERVICE_UNAVAILABLE, message: 'The places service cannot be reached' };
const TOO_LATE = { statusCode: HttpStatus.GATEWAY_TIMEOUT, message: 'The places service did not answer in time' };

const KNOWN: Readonly<Record<string, PublicProblem>> = {
  [ERRORS.unknownCity]: { statusCode: HttpStatus.NOT_FOUND },
  ENVOL_SHARDING_INVALID_CURSOR: { statusCode: HttpStatus.BAD_REQUEST },
  ENVOL_SHARDING_SHARD_UNAVAILABLE: { statusCode: HttpStatus.SERVICE_UNAVAILABLE },
  ENVOL_LOAD_BALANCER_NO_INSTANCES: NOBODY,
  ENVOL_LOAD_BALANCER_UNAVAILABLE: NOBODY,
  ENVOL_LOAD_BALANCER_CLOSED: NOBODY,
  ENVOL_LOAD_BALANCER_TIMEOUT: TOO_LATE,
  ENVOL_LOAD_BALANCER_DEADLINE: TOO_LATE,
  ENVOL_CACHE_DEADLINE: TOO_LATE,
  ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME: {
    statusCode: HttpStatus.GATEWAY_TIMEOUT,
    message: 'The connection was lost before the answer; whether it was done is not known',
  },
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
    const answer = known && KNOWN[known.code];
    if (known !== undefined && answer !== undefined) {
      const { statusCode, message = known.message } = answer;
      if (message !== known.message) this.#logger.warn(`${known.code}: ${known.message}`);
      return { statusCode, code: known.code, message };
    }
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
