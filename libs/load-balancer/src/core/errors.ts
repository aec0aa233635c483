import { EnvolError } from '@envol/common';

/** There is nobody to call: the list of instances is empty. */
export class NoInstancesError extends EnvolError {
  override readonly name = 'NoInstancesError';

  /** @param client the client whose list is empty, if it has a name */
  constructor(client?: string) {
    super(
      'ENVOL_LOAD_BALANCER_NO_INSTANCES',
      client === undefined ? 'The list of instances is empty.' : `Client "${client}" has no instances to call.`,
      'Name instances in the options, or check that the service is registered and that its source lists it.',
    );
  }
}

/** Nothing was sent: none of the instances could be reached. `tried` says for each of them why. */
export function unavailable(client: string, tried: readonly string[]): EnvolError {
  return new EnvolError(
    'ENVOL_LOAD_BALANCER_UNAVAILABLE',
    `Client "${client}" could not reach an instance; tried ${tried.join('; ') || 'all, and none was connected in time'}.`,
    'Nothing was sent, so the call may be repeated. Check that the service runs and that the addresses are right.',
  );
}

/** Sent, and then the connection was lost: whether it was carried out is not known. */
export function unknownOutcome(client: string, instance: string, cause: Error): EnvolError {
  return new EnvolError(
    'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME',
    `Client "${client}" lost the connection to ${instance} before the answer (${cause.message}); ` +
      'whether the call was carried out is not known.',
    'Name the pattern in `idempotent` if it may be sent again; otherwise find out what was done before repeating it.',
    { cause },
  );
}

/** Sent, and no answer in time: whether it was carried out is not known. */
export function timedOut(client: string, instance: string, milliseconds: number): EnvolError {
  return new EnvolError(
    'ENVOL_LOAD_BALANCER_TIMEOUT',
    `Client "${client}" got no answer from ${instance} within ${Math.round(milliseconds)} ms; ` +
      'whether the call was carried out is not known.',
    'Name the pattern in `idempotent` if it may be sent again, or raise `requestTimeout` if the work takes longer.',
  );
}

/** Nothing was sent: the deadline of the request in hand is over. */
export function deadlineOver(client: string): EnvolError {
  return new EnvolError(
    'ENVOL_LOAD_BALANCER_DEADLINE',
    `Client "${client}" sent nothing: the deadline of the request in hand is over.`,
    'Give the request more time, or make the steps before this call faster.',
  );
}

/** The client was closed: before the call, or while it waited for its answer. */
export function clientClosed(client: string): EnvolError {
  return new EnvolError(
    'ENVOL_LOAD_BALANCER_CLOSED',
    `Client "${client}" is closed.`,
    'Calls end with the application; a call that was waiting for its answer may have been carried out.',
  );
}

/** What an error says in one line; an AggregateError of Node's connection attempts has an empty message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return error.message || (first === undefined ? error.name : reasonOf(first));
}
