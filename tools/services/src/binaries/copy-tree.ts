import { randomBytes } from 'node:crypto';
import { constants, promises as fs } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A symbolic link to make, both paths relative to the top of the tree. */
export interface Link {
  readonly at: string;
  readonly to: string;
}

/**
 * Brings `target` up to what `source` holds: copies what is missing, readable for every account, and makes the links
 * given. Each file comes by copying beside and renaming, so that many processes may do this at once, none sees a
 * half-written file, and what a cleaner of temporary files took is put back.
 */
export async function copyTree(source: string, target: string, links: readonly Link[] = []): Promise<void> {
  await fs.mkdir(target, { recursive: true });
  await fs.chmod(target, 0o755);
  const present = new Set(await fs.readdir(target));
  const entries = await fs.readdir(source, { withFileTypes: true });
  for (const entry of entries) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await copyTree(from, to);
    else if (present.has(entry.name)) continue;
    else if (entry.isSymbolicLink()) await makeLink(await fs.readlink(from), to);
    else await copyFile(from, to);
  }
  await makeLinks(target, links);
}

async function makeLinks(top: string, links: readonly Link[]): Promise<void> {
  for (const { at, to } of links) await makeLink(relative(dirname(at), to), join(top, at));
}

async function copyFile(from: string, to: string): Promise<void> {
  const beside = `${to}.${randomBytes(6).toString('hex')}`;
  await fs.copyFile(from, beside, constants.COPYFILE_FICLONE);
  const { mode } = await fs.stat(from);
  await fs.chmod(beside, (mode & 0o100) === 0 ? 0o644 : 0o755);
  await fs.rename(beside, to);
}

async function makeLink(content: string, at: string): Promise<void> {
  try {
    await fs.symlink(content, at);
  } catch (error) {
    const exists = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
  }
}
