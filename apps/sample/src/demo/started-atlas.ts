import { EnvolError, isEnvolError } from '@envol/common';
import { startAtlasServers } from '@envol/services';
import { Launcher, type Replica } from '../launcher/launcher.js';
import { readSettings } from '../settings.js';
import type { Profile } from './arguments.js';
import { demoEnvironment } from './environment.js';
import type { Teardown } from './teardown.js';

/** Atlas, ready for the load. */
export interface StartedAtlas {
  readonly url: string;
  readonly managementUrl: string;
  readonly replicas: readonly Replica[];
  /** The databases, one for each shard. */
  readonly shards: readonly string[];
  /** How long answers are kept, in milliseconds. */
  readonly cacheTtl: number;
}

/**
 * Starts Atlas with all that the profile needs.
 *
 * @throws EnvolError `ENVOL_ATLAS_RUNNING` when another demo uses the folder; `ENVOL_SERVICES_MISSING` when a program that
 * the real profile needs is nowhere
 */
export async function startAtlas(profile: Profile, teardown: Teardown): Promise<StartedAtlas> {
  const servers = profile === 'real' ? await startServers(teardown) : {};
  const environment = { ...process.env, ...(await demoEnvironment(process.env)), ...servers };
  const settings = readSettings(environment);
  const launcher = new Launcher(settings, environment);
  teardown.add(() => launcher.stop());
  const shards = await launcher.start().catch((error: unknown) => {
    throw isEnvolError(error, 'ENVOL_ATLAS_RUNNING') ? alreadyRunning(settings.ATLAS_DIR, error) : error;
  });
  return {
    url: `http://${settings.HOST}:${settings.PORT}`,
    managementUrl: `http://127.0.0.1:${settings.MANAGEMENT_PORT}`,
    replicas: launcher.replicas,
    shards,
    cacheTtl: settings.CACHE_TTL,
  };
}

/** Resolves to the settings that name them. Those that have not started yet when the demo is to end are stopped too. */
async function startServers(teardown: Teardown): Promise<Readonly<Record<string, string>>> {
  const starting = startAtlasServers();
  teardown.add(() =>
    starting.then(
      (servers) => servers.stop(),
      () => undefined,
    ),
  );
  return (await starting).environment;
}

function alreadyRunning(directory: string, cause: EnvolError): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_RUNNING',
    `Another Atlas or demo runs on the data in ${directory}`,
    'Wait until it has ended, or give this one a folder of its own: ATLAS_DIR=.atlas/demo-2 npm run demo',
    { cause },
  );
}
