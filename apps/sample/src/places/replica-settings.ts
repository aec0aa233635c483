import { EnvolError } from '@envol/common';
import type { Settings } from '../settings.js';

/** What a replica needs beside the settings that have defaults. */
export interface ReplicaSettings {
  readonly port: number;
  readonly managementPort: number;
  readonly shards: readonly string[];
  readonly cursorSecrets: readonly string[];
  readonly settings: Settings;
}

/** @throws EnvolError `ENVOL_ATLAS_MISSING_SETTINGS` */
export function replicaSettings(settings: Settings): ReplicaSettings {
  const {
    PLACES_PORT: port,
    PLACES_MANAGEMENT_PORT: managementPort = 0,
    SHARD_URLS: shards,
    CURSOR_SECRETS: cursorSecrets,
  } = settings;
  if (port === undefined || shards === undefined || cursorSecrets === undefined) throw missingSettings();
  return { port, managementPort, shards, cursorSecrets, settings };
}

function missingSettings(): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_MISSING_SETTINGS',
    'A places replica needs PLACES_PORT, SHARD_URLS and CURSOR_SECRETS in its environment',
    'Start it through npm start, or set them: SHARD_URLS=postgres://localhost/atlas_0,postgres://localhost/atlas_1',
  );
}
