import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unsupported } from '../errors.js';

/** A system account, by its numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for servers that refuse to run as root: undefined unless we are root, then one that exists and has no
 * rights of its own.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of ['nobody', 'daemon']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${wanted}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw unsupported(
    'This server does not run as root, and /etc/passwd has neither "nobody" nor "daemon".',
    'Run as another user, or add one of these accounts.',
  );
}

/** Whether the account may enter the folder `path`, which exists, and all above it. */
export function canEnter(path: string, account: Account | undefined): boolean {
  return account === undefined || ancestry(realpathSync(path)).every((folder) => hasExecuteBit(folder, account));
}

function ancestry(path: string): string[] {
  return path === dirname(path) ? [path] : [path, ...ancestry(dirname(path))];
}

function hasExecuteBit(folder: string, account: Account): boolean {
  const { uid, gid, mode } = statSync(folder);
  const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & execute) !== 0;
}
