import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packages } from './fresh-app.js';

const BLOCK = /^```ts( run)?\n(.*?)^```$/gms;

/** A TypeScript block of a README. Those marked `ts run` are whole programs. */
export interface ReadmeBlock {
  /** A name for a file: `cache-3`. */
  readonly name: string;
  /** Name of the package's folder. */
  readonly owner: string;
  readonly code: string;
  readonly isProgram: boolean;
}

/** Every TypeScript block of the READMEs of the packages. */
export async function readmeBlocks(): Promise<ReadmeBlock[]> {
  const withReadme = (await packages()).filter((folder) => existsSync(join(folder, 'README.md')));
  return (await Promise.all(withReadme.map(blocksOf))).flat();
}

async function blocksOf(folder: string): Promise<ReadmeBlock[]> {
  const owner = basename(folder);
  const text = await readFile(join(folder, 'README.md'), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, mark, code = ''], index) => ({
    name: `${owner}-${index + 1}`,
    owner,
    code,
    isProgram: mark !== undefined,
  }));
}
