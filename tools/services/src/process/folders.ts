import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvolError } from '@envol/common';
import { canEnter, type Account } from './account.js';

/** A name that nobody else has in the temporary folder; the folder is not made yet. */
export function throwawayPath(service: string, account?: Account): string {
  return join(temporaryFolder(account), `envol-${service}-${uniqueName()}`);
}

export function uniqueName(): string {
  return randomBytes(6).toString('hex');
}

/** Makes a folder, refusing one that exists, for the account alone. */
export function makePrivate(path: string, account?: Account): void {
  mkdirSync(path, { mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
}

/**
 * A folder of ours in the temporary folder that other accounts can enter but not change.
 *
 * @throws EnvolError `ENVOL_SERVICES_UNSAFE_FOLDER` when somebody else made it: they could put programs there.
 */
export function sharedFolder(account?: Account): string {
  const uid = process.getuid?.();
  const path = join(temporaryFolder(account), `envol-services-${uid ?? 'windows'}`);
  mkdirSync(path, { recursive: true });
  const found = lstatSync(path);
  if (!found.isDirectory() || (uid !== undefined && found.uid !== uid)) {
    throw new EnvolError(
      'ENVOL_SERVICES_UNSAFE_FOLDER',
      `${path} is not a folder of ours.`,
      'Remove it or set TMPDIR.',
    );
  }
  chmodSync(path, 0o755);
  return path;
}

/** The system's temporary folder, or where that is closed to the account (a TMPDIR below a 0700 folder) a usual one. */
function temporaryFolder(account?: Account): string {
  const wanted = realpathSync(tmpdir());
  if (canEnter(wanted, account)) return wanted;
  return ['/tmp', '/var/tmp'].map((path) => realpathSync(path)).find((path) => canEnter(path, account)) ?? wanted;
}
