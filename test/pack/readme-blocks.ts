import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const BLOCK = /^```ts( run)?\n(.*?)^```$/gms;

/** A TypeScript block of a README. Those marked `ts run` are whole programs. */
export interface ReadmeBlock {
  /** A name for a file: `cache-3`. */
  readonly name: string;
  readonly where: string;
  readonly code: string;
  readonly isProgram: boolean;
}

/** Every TypeScript block of the READMEs of the libs. */
export async function readmeBlocks(): Promise<ReadmeBlock[]> {
  const names = await readdir(join(ROOT, 'libs'));
  const files = names.map((name) => ({ name, path: join(ROOT, 'libs', name, 'README.md') }));
  const blocks = await Promise.all(files.filter(({ path }) => existsSync(path)).map(blocksOf));
  return blocks.flat();
}

async function blocksOf({ name, path }: { name: string; path: string }): Promise<ReadmeBlock[]> {
  const text = await readFile(path, 'utf8');
  return [...text.matchAll(BLOCK)].map(([, mark, code = ''], index) => ({
    name: `${name}-${index + 1}`,
    where: `libs/${name}/README.md, block ${index + 1}`,
    code,
    isProgram: mark !== undefined,
  }));
}
