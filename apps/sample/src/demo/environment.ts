import { freePorts } from '../launcher/ports.js';

/** Long enough for hits, short enough that the demand for a city that nobody read for a while reaches a replica. */
const CACHE_TTL = '10s';

/** What a run on this machine needs: the verdict speaks of three replicas. */
const FIXED = { HOST: '127.0.0.1', REPLICAS: '3' };

/**
 * Settings of the demo, for Atlas and for the processes that it starts: what the environment does not say has defaults
 * with which the demo runs beside another Atlas.
 */
export async function demoEnvironment(given: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const [port, managementPort] = await freePorts(2);
  const defaults = {
    PORT: `${port}`,
    MANAGEMENT_PORT: `${managementPort}`,
    ATLAS_DIR: '.atlas/demo',
    LOG_LEVEL: 'error',
    CACHE_TTL,
  };
  const missing = Object.entries(defaults).filter(([name]) => !given[name]);
  return { ...Object.fromEntries(missing), ...FIXED };
}
