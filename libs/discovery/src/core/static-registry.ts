import { optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';
import { addressOf } from './host.js';
import {
  hostSchema,
  MAX_TEXT,
  metaSchema,
  portSchema,
  tagsSchema,
  type ReportedInstance,
  type ServiceInstance,
} from './instance.js';
import { plainText } from './plain-text.js';
import { serviceNameSchema, type RegistrationRecord } from './registration-options.js';
import type { Registry, RegistryDefinition, RegistryObserver } from './registry.js';

/** An instance as it is written in the options of {@link staticRegistry}. */
export interface StaticInstance extends Partial<Omit<ServiceInstance, 'host' | 'port' | 'health'>> {
  readonly host: string;
  readonly port: number;
}

const instanceSchema = optionsObject({
  host: hostSchema,
  port: portSchema,
  weight: z.number().positive().max(65_535).default(1),
  id: plainText(MAX_TEXT).min(1).optional(),
  tags: tagsSchema.default(() => []),
  version: plainText(MAX_TEXT).optional(),
  zone: plainText(MAX_TEXT).optional(),
  meta: metaSchema.default(() => ({})),
}).transform(({ id, ...instance }): ReportedInstance => ({
  ...instance,
  id: id ?? addressOf(instance),
  health: 'passing',
}));

const servicesSchema = z.record(
  serviceNameSchema,
  z
    .array(instanceSchema)
    .refine(
      (list) => new Set(list.map(({ id }) => id)).size === list.length,
      'the same id, or the same address, is there twice',
    ),
);

/**
 * A registry in the memory of this process: the services as given, and what is registered into it. Everyone who is given
 * the same object shares it, also several applications of one process.
 *
 * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
 */
export function staticRegistry(services: Readonly<Record<string, readonly StaticInstance[]>> = {}): RegistryDefinition {
  const resolved = resolveOptions({ lib: 'discovery', what: 'staticRegistry() services' }, servicesSchema, services);
  const registry = new StaticRegistry(resolved);
  return { kind: 'static', create: () => registry };
}

class StaticRegistry implements Registry {
  /** Every answer can be believed: nothing is lost here. */
  readonly holdEmptyFor = 0;
  readonly #services: Map<string, readonly ReportedInstance[]>;
  readonly #observers = new Map<string, Set<RegistryObserver>>();

  constructor(services: Readonly<Record<string, readonly ReportedInstance[]>>) {
    this.#services = new Map(Object.entries(services));
  }

  watch(service: string, observer: RegistryObserver): () => void {
    const observers = this.#observers.get(service) ?? new Set();
    this.#observers.set(service, observers.add(observer));
    observer.answered(this.#instances(service));
    return () => void observers.delete(observer);
  }

  async register(record: RegistrationRecord): Promise<void> {
    const { name, id, host, port, weight, tags, version, zone, meta } = record;
    const others = this.#instances(name).filter((other) => other.id !== id && addressOf(other) !== addressOf(record));
    this.#set(name, [...others, { id, host, port, weight, tags, version, zone, meta, health: 'passing' }]);
  }

  renewEvery(): undefined {
    return undefined;
  }

  async renew({ name, id }: RegistrationRecord): Promise<boolean> {
    return this.#instances(name).some((instance) => instance.id === id);
  }

  async deregister({ name, id }: RegistrationRecord): Promise<void> {
    this.#set(
      name,
      this.#instances(name).filter((instance) => instance.id !== id),
    );
  }

  /** Others may use it still. */
  async close(): Promise<void> {
    return undefined;
  }

  #instances(service: string): readonly ReportedInstance[] {
    return this.#services.get(service) ?? [];
  }

  #set(service: string, instances: readonly ReportedInstance[]): void {
    this.#services.set(service, instances);
    for (const observer of this.#observers.get(service) ?? []) observer.answered(instances);
  }
}
