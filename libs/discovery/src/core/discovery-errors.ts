import { EnvolError } from '@envol/common';

export function registryUnavailable(service: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
    `Nothing is known of service "${service}", since the registry cannot be read: ${reasonOf(cause)}`,
    'Check that the registry runs and that its address and token are right. It is asked again in the background.',
    { cause },
  );
}

export function registerFailed(id: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTER_FAILED',
    `"${id}" could not be registered: ${reasonOf(cause)}`,
    'Check that the registry runs and that its token may write the service, then register again.',
    { cause },
  );
}

export function deregisterFailed(id: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_DEREGISTER_FAILED',
    `"${id}" could not be deregistered: ${reasonOf(cause)}`,
    'Call deregister() again, or leave it: nothing renews it any more, so its check fails when the process is gone.',
    { cause },
  );
}

export function invalidName(name: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_INVALID_NAME',
    `${typeof name === 'string' ? JSON.stringify(name.slice(0, 200)) : typeof name} is not the name of a service`,
    'A name is 1 to 128 letters, digits, "-", "_" and ".", with a letter or digit at both ends.',
  );
}

export function tooManyServices(service: string, maximum: number): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_TOO_MANY_SERVICES',
    `"${service}" would be the service number ${maximum + 1} that is watched`,
    'Do not build names of services from input. If they are meant, raise `maxServices`: each one is a connection to the registry.',
  );
}

export function nothingToAnnounce(problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_NOTHING_TO_ANNOUNCE',
    `announce(): ${problem}`,
    'Set `register: { name }` in the options of the module, and give announce({ port }) the port that the server listens on.',
  );
}

export function closed(what: string): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_CLOSED',
    `${what} was called after this process had left the registry`,
    'It leaves when the application shuts down, or with withdraw().',
  );
}

/** What an error says in one line; an AggregateError of Node's connection attempts has an empty message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return error.message || (first === undefined ? error.name : reasonOf(first));
}
