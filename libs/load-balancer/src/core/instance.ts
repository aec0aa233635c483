import { optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';

/** One running copy of a service, as a list or a registry knows it. */
export interface Instance {
  /** Names it in `describe()` and in errors. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Its share of the calls compared with others; more than zero. `peakEwma()` goes by measured latency instead. */
  readonly weight: number;
}

/** Where the list of instances comes from, and who is told when it changes. */
export interface InstanceSource {
  /** The list as it is known now. */
  current(): readonly Instance[];
  /** Calls `listener` with the whole list after every change; the function returned ends that. */
  subscribe(listener: (instances: readonly Instance[]) => void): () => void;
}

/** An instance as it is written in options. */
export interface InstanceOptions {
  readonly host: string;
  readonly port: number;
  /** Default 1. */
  readonly weight?: number | undefined;
  /** Default `host:port`. */
  readonly id?: string | undefined;
}

/** A list that never changes. */
export function staticInstances(instances: readonly InstanceOptions[]): InstanceSource {
  const list = instances.map((instance) => toInstance(instance));
  return { current: () => list, subscribe: () => () => undefined };
}

/** What an instance must be, wherever the list comes from. */
export const instanceSchema = optionsObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  weight: z.number().positive().optional(),
  id: z.string().min(1).optional(),
});

/**
 * Checks instances that come from outside.
 *
 * @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS`
 */
export function checkInstances(instances: readonly InstanceOptions[]): void {
  resolveOptions(
    { lib: 'load-balancer', what: 'list of instances' },
    z.array(z.looseObject(instanceSchema.shape)),
    instances,
  );
}

/** Fills in the defaults of an instance. */
export function toInstance({ host, port, weight = 1, id }: InstanceOptions): Instance {
  return { id: id ?? addressOf({ host, port }), host, port, weight };
}

/** `host:port`, with brackets around an IPv6 address. What is known of an instance is kept under this key. */
export function addressOf({ host, port }: Pick<Instance, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
