import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDataDir } from '@envol/services';

/** A throwaway folder for the data of Atlas, which the account of PostgreSQL can enter too. */
export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-test-'));
  await chmod(folder, 0o755);
  return folder;
}

export async function removeDataFolder(folder: string): Promise<void> {
  await removeDataDir(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
