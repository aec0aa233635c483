import { EnvolError } from '@envol/common';

/** A server's program is nowhere to be found. `looked` says where we looked. */
export function missing(what: string, looked: readonly string[], hint: string): EnvolError {
  return new EnvolError('ENVOL_SERVICES_MISSING', `${what} was not found. Looked in: ${looked.join('; ')}.`, hint);
}

export function portTaken(name: string, port: number, cause?: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_SERVICES_PORT_TAKEN',
    `${name} cannot listen on 127.0.0.1:${port}: another program has that port.`,
    'Stop that program, give another port, or give none: then a free one is taken.',
    { cause },
  );
}

/** A program of ours that did not do what it was started for. `output` is the end of what it wrote. */
export function startFailed(name: string, what: string, output: string, hint?: string): EnvolError {
  const lines = output.trim().split('\n').slice(-15).join('\n');
  return new EnvolError(
    'ENVOL_SERVICES_START_FAILED',
    lines === '' ? `${name} ${what}. It wrote nothing.` : `${name} ${what}. Its last lines:\n${lines}`,
    hint ?? 'The lines say why. Check also that the disk has room and that the machine is not out of memory.',
  );
}

export function notRunning(name: string, action: string, state: string): EnvolError {
  return new EnvolError(
    'ENVOL_SERVICES_NOT_RUNNING',
    `Cannot ${action} ${name}: it is ${state}.`,
    state === 'stopped' ? 'Start a new one with startService().' : 'Call restart() first.',
  );
}

export function unsupported(what: string, hint: string): EnvolError {
  return new EnvolError('ENVOL_SERVICES_UNSUPPORTED', what, hint);
}

export function invalid(what: string, hint: string): EnvolError {
  return new EnvolError('ENVOL_SERVICES_INVALID_OPTIONS', what, hint);
}

/** The process between us and a server failed us. */
export function supervisorFailed(what: string, cause?: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_SERVICES_SUPERVISOR',
    what,
    'Check that the machine is not out of memory or processes, then start the service again.',
    { cause },
  );
}
