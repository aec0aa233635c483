import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDataDir } from '@envol/services';
import { exitWith } from './process/fatal.js';
import { readSettings } from './settings.js';

async function clean(): Promise<void> {
  const { ATLAS_DIR } = readSettings();
  for (const folder of ['postgres', 'demo/postgres']) await removeDataDir(join(ATLAS_DIR, folder));
  await rm(ATLAS_DIR, { recursive: true, force: true });
  console.log(`Removed the data of Atlas (${ATLAS_DIR}).`);
}

clean().catch(exitWith);
