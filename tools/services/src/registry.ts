import { consul } from './consul/consul.js';
import { invalid } from './errors.js';
import { memcached } from './memcached/memcached.js';
import { postgres } from './postgres/postgres.js';
import { redisCluster } from './redis/redis-cluster.js';
import { redis } from './redis/redis.js';
import type { ServiceDefinition } from './service.js';

/** Every kind of server: a file and a line here each. */
const definitions = { redis, postgres, consul, memcached, 'redis-cluster': redisCluster };

type Definitions = typeof definitions;
type Kinds = {
  [Name in keyof Definitions]: Definitions[Name] extends ServiceDefinition<infer Options, infer Running>
    ? { options: Options; service: Running }
    : never;
};

export type ServiceName = keyof Kinds;

export const registry: {
  readonly [Name in ServiceName]: ServiceDefinition<Kinds[Name]['options'], Kinds[Name]['service']>;
} = definitions;

export const serviceNames = Object.keys(definitions).filter(isServiceName);

/**
 * Starts a real server on 127.0.0.1 and resolves when it answers. It ends with {@link Service.stop}, and also when
 * this process ends in whatever way: nothing is left behind.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING` when its program is nowhere, `ENVOL_SERVICES_PORT_TAKEN` when the given
 * port is taken, `ENVOL_SERVICES_START_FAILED` with its last log lines, `ENVOL_SERVICES_INVALID_OPTIONS`.
 */
export function startService<Name extends ServiceName>(
  name: Name,
  options?: Kinds[Name]['options'],
): Promise<Kinds[Name]['service']> {
  if (!isServiceName(name))
    throw invalid(`There is no service "${String(name)}".`, `There are: ${serviceNames.join(', ')}.`);
  return registry[name].start(options ?? {});
}

function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(definitions, name);
}
