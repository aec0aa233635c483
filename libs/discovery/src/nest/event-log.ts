import { isEnvolError } from '@envol/common';
import { Logger } from '@nestjs/common';
import { reasonOf } from '../core/discovery-errors.js';
import type { DiscoveryEvent } from '../core/discovery-event.js';

const logger = new Logger('ServiceDiscovery');

/** Writes what happened to Nest's log. Ids and reasons may come from others, so they are quoted. */
export function logEvent(event: DiscoveryEvent): void {
  switch (event.type) {
    case 'watch-failed':
      return logger.warn(`Cannot read "${event.service}", going on with what is known: ${explain(event.cause)}`);
    case 'watch-recovered':
      return logger.log(`Reading "${event.service}" works again`);
    case 'held':
      return logger.warn(
        `Most instances of "${event.service}" vanished at once; ${event.instances} of them stay listed for a while`,
      );
    case 'let-go':
      return logger.log(`No instance of "${event.service}" is held any more; there were ${event.instances}`);
    case 'refused':
      return logger.warn(explainRefused(event));
    case 'listener-failed':
      return logger.error(`A listener of "${event.service}" failed: ${explain(event.cause)}`);
    case 'registered':
      return logger.log(`Registered ${quote(event.id)} at ${event.address}`);
    case 'forgotten':
      return logger.warn(`The registry has lost ${quote(event.id)}, registering it again`);
    case 'deregistered':
      return logger.log(`Deregistered ${quote(event.id)}`);
    case 'register-failed':
      return logger.error(`Cannot register ${quote(event.id)}: ${explain(event.cause)}`);
    case 'renew-failed':
      return logger.warn(`Cannot renew the registration of ${quote(event.id)}: ${explain(event.cause)}`);
    case 'deregister-failed':
      return logger.warn(`Cannot deregister ${quote(event.id)}: ${explain(event.cause)}`);
  }
}

function explainRefused({ service, instances, examples }: Extract<DiscoveryEvent, { type: 'refused' }>): string {
  const reasons = examples.map(({ id, reason }) => `${quote(id)}: ${quote(reason)}`).join(', ');
  const others = instances > examples.length ? ' and others' : '';
  return `Left out ${instances} ${instances === 1 ? 'instance' : 'instances'} of "${service}": ${reasons}${others}`;
}

function explain(cause: unknown): string {
  return isEnvolError(cause) ? `${cause.message}. ${cause.hint}` : reasonOf(cause);
}

/** JSON escapes line breaks and other control characters, with which a text could forge lines of a log. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 300));
}
