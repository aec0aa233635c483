import { staticRegistry, type RegistryDefinition } from '@envol/discovery';
import { consul } from '@envol/discovery/consul';
import type { Settings } from './settings.js';

/** Where the replicas of Atlas are listed: in Consul, if there is one, or as the launcher says. */
export function registryOf({ CONSUL_URL, CONSUL_TOKEN, PLACES_INSTANCES = [] }: Settings): RegistryDefinition {
  if (CONSUL_URL !== undefined) {
    return consul({ url: CONSUL_URL, ...(CONSUL_TOKEN !== undefined && { token: CONSUL_TOKEN }) });
  }
  const places = PLACES_INSTANCES.map((address) => {
    const [host = '', port] = address.split(':');
    return { host, port: Number(port) };
  });
  return staticRegistry({ places });
}
