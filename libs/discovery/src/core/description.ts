import type { ServiceInstance } from './instance.js';

/** An instance as `describe()` shows it: every one that the registry reports, and those that are held. */
export interface InstanceDescription extends ServiceInstance {
  /** Whether it may be called. */
  readonly listed: boolean;
  /** Whether it is listed although the last answer of the registry speaks against it. */
  readonly held: boolean;
}

/** A watched service as `describe()` shows it. Points in time are milliseconds since the epoch. */
export interface ServiceDescription {
  readonly name: string;
  /**
   * `unknown`: the registry has not answered yet. `current`: the list is what it answered last. `held`: instances that
   * vanished together are still listed. `stale`: it cannot be read now, and the list is the last one known.
   */
  readonly state: 'unknown' | 'current' | 'held' | 'stale';
  readonly instances: readonly InstanceDescription[];
  /** When the registry answered last. */
  readonly answeredAt?: number;
  /** How long ago that was, in milliseconds. An idle registry answers about once a minute. */
  readonly answerAge?: number;
  /** Since when it cannot be read, and why. */
  readonly failingSince?: number;
  readonly failure?: string;
  readonly heldSince?: number;
}

/**
 * `waiting`: for the server to listen and the application to be ready. `registering`: not in the registry yet, or not any
 * more; it is being tried. `registered`. `unconfirmed`: it was registered, and the last attempt to renew that failed.
 */
export type RegistrationState = 'waiting' | 'registering' | 'registered' | 'unconfirmed';

/** A registration of this process as `describe()` shows it. */
export interface RegistrationDescription {
  readonly name: string;
  readonly state: RegistrationState;
  /** Since when it is in this state, in milliseconds since the epoch. */
  readonly since: number;
  /** Missing while it waits. */
  readonly id?: string;
  readonly host?: string;
  readonly port?: number;
  /** Why the last attempt failed, if it did. */
  readonly failure?: string;
}

/** What `describe()` returns: for a management endpoint. It names addresses, so only operators should reach it. */
export interface DiscoveryDescription {
  /** The kind of registry: `consul`, `static` ... */
  readonly registry: string;
  readonly services: readonly ServiceDescription[];
  readonly registrations: readonly RegistrationDescription[];
}
