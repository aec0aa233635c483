import type { Clock, MetricsSink, Random } from '@envol/common';
import type { RegistrationRecord } from './registration-options.js';

/** Takes what a registry says of one service. */
export interface RegistryObserver {
  /**
   * The whole list as it is now, unhealthy ones included. Each entry should be a `ReportedInstance`; it is checked,
   * and left out with a warning when it is not.
   */
  answered(instances: readonly unknown[]): void;
  /** It cannot be read now. The list stays as it is; the registry goes on trying. */
  failed(error: unknown): void;
}

/** Where services are registered and looked up. `consul()` and `staticRegistry()` make one. */
export interface Registry {
  /** How long instances that vanish together stay listed, in milliseconds; 0 when every answer can be believed. */
  readonly holdEmptyFor: number;
  /** Tells `observer` of a service now and after every change, until the function returned is called. Never ends by itself. */
  watch(service: string, observer: RegistryObserver): () => void;
  /** Registers, or registers anew: the same id twice is one entry. Must bring its own timeout. */
  register(record: RegistrationRecord): Promise<void>;
  /** How often {@link renew} wants to be called for a record, in milliseconds; `undefined`: never. */
  renewEvery(record: RegistrationRecord): number | undefined;
  /** Keeps a registration alive. Resolves to false when the registry does not know it (any more). */
  renew(record: RegistrationRecord): Promise<boolean>;
  /** Takes a registration back. One that is not there is no error. */
  deregister(record: RegistrationRecord): Promise<void>;
  close(): Promise<void>;
}

/** What a registry is given when it is built. */
export interface RegistryContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricsSink;
}

/** What `consul()` and `staticRegistry()` return: how to build a registry. */
export interface RegistryDefinition {
  readonly kind: string;
  create(context: RegistryContext): Registry;
}
