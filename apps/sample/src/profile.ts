import { EnvolError } from '@envol/common';
import type { Settings } from './settings.js';

/** What the real profile takes from its surroundings. */
const REAL = ['REDIS_URL', 'MEMCACHED_SERVERS', 'CONSUL_URL', 'SHARD_URLS'] as const satisfies (keyof Settings)[];

/**
 * Checks the command line (`--profile embedded|real`) against the settings. Both profiles are the same code: the real
 * one insists that every server is given, the embedded one does with what there is.
 *
 * @throws EnvolError `ENVOL_ATLAS_INVALID_ARGUMENTS`, `ENVOL_ATLAS_MISSING_SETTINGS`
 */
export function checkProfile(args: readonly string[], settings: Settings): void {
  const [flag, profile, ...rest] = args;
  if (flag === undefined) return;
  if (flag !== '--profile' || (profile !== 'embedded' && profile !== 'real') || rest.length > 0) {
    throw new EnvolError(
      'ENVOL_ATLAS_INVALID_ARGUMENTS',
      `Atlas does not understand: ${args.join(' ')}`,
      'Give nothing, --profile embedded or --profile real.',
    );
  }
  const missing = profile === 'real' ? REAL.filter((name) => settings[name] === undefined) : [];
  if (missing.length === 0) return;
  throw new EnvolError(
    'ENVOL_ATLAS_MISSING_SETTINGS',
    `The real profile needs ${missing.join(', ')} in the environment`,
    'Start servers and take the lines that they print: npm run services -- --atlas. Or docker compose up: its file has the lines.',
  );
}
