import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { EnvolError } from '@envol/common';
import { canEnter, unprivilegedAccount, type Account } from '../process/account.js';
import { sharedFolder } from '../process/folders.js';
import { isFree } from '../process/ports.js';

const NAME = 'postgres';
const NOTE = 'postgres-is-elsewhere.txt';

/** Where a database cluster lies and who owns it. */
export interface DataPlace {
  /** The folder that holds the cluster's own folder; it exists. */
  readonly parent: string;
  /** The cluster's own folder; it may not exist yet. */
  readonly cluster: string;
  /** Undefined: our own account. */
  readonly account: Account | undefined;
}

/**
 * The place for the cluster of a `dataDir`: inside it, or, when we are root and the account that runs the server
 * cannot enter it, in the temporary folder. A note in `dataDir` then says where.
 */
export function placeOf(dataDir: string): DataPlace {
  mkdirSync(dataDir, { recursive: true });
  const parent = realpathSync(dataDir);
  const account = ownerOf(join(parent, NAME)) ?? unprivilegedAccount();
  if (canEnter(parent, account)) return { parent, cluster: join(parent, NAME), account };
  const elsewhere = elsewhereFor(parent, account);
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(
    join(parent, NOTE),
    `PostgreSQL does not run as root, and the account it runs under cannot enter this folder.\nThe data of this folder is in:\n${elsewhere}\n`,
  );
  return { parent: elsewhere, cluster: join(elsewhere, NAME), account };
}

/**
 * Removes the data that services started with this `dataDir` left, wherever it lies, and the folder itself if nothing
 * else is in it. Does nothing when there is none.
 *
 * @throws EnvolError `ENVOL_SERVICES_IN_USE` while a server runs on it.
 */
export async function removeDataDir(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const top = realpathSync(resolve(dataDir));
  const folders = [top, ...(existsSync(join(top, NOTE)) ? [elsewhereFor(top, unprivilegedAccount())] : [])];
  for (const folder of folders) await refuseInUse(join(folder, NAME));
  for (const folder of folders) {
    for (const name of [NAME, NOTE, 'redis'])
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

function elsewhereFor(dataDir: string, account: Account | undefined): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(sharedFolder(account), `data-${hash}`);
}

/** As root: who made an existing cluster is who must run it. */
function ownerOf(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0 || !existsSync(cluster)) return undefined;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? undefined : { uid, gid };
}

/**
 * A server writes its pid and, on the fourth line, its port into its folder. The file outlives a crash.
 *
 * @throws EnvolError `ENVOL_SERVICES_IN_USE`
 */
export async function refuseInUse(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const port = Number(readFileSync(file, 'utf8').split('\n')[3]);
  if (!(port > 0) || (await isFree(port))) return;
  throw new EnvolError(
    'ENVOL_SERVICES_IN_USE',
    `A PostgreSQL server runs on ${cluster} (port ${port}).`,
    `Stop it first. If it is long gone and another program has port ${port}, remove ${file}.`,
  );
}
