import { isEnvolError } from '@envol/common';
import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { ERRORS, type RemoteError } from '../contract/remote-error.js';

/** Sends errors as code and message. What nobody foresaw is logged here and leaves the process without its details. */
@Catch()
export class RemoteErrorFilter implements RpcExceptionFilter<unknown> {
  readonly #logger = new Logger('Places');

  catch(error: unknown): Observable<never> {
    return throwError(() => this.#describe(error));
  }

  #describe(error: unknown): RemoteError {
    if (isEnvolError(error)) return { code: error.code, message: error.message };
    this.#logger.error(error);
    return { code: ERRORS.internal, message: 'The places service failed' };
  }
}
