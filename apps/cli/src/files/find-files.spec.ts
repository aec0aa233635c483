import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFiles } from './find-files.js';

const FILES = [
  'bench/a.bench.js',
  'bench/b.bench.mjs',
  'bench/deep/er/c.bench.js',
  'bench/deep/helper.js',
  'bench/.hidden/d.bench.js',
  'bench/node_modules/e.bench.js',
  'bench.js',
  'src/a+b(1).js',
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'envol-files-'));
  for (const file of FILES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
});

afterAll(() => rm(folder, { recursive: true }));

async function found(...patterns: string[]): Promise<string[]> {
  const files = await findFiles(patterns, folder);
  return files.map((file) => relative(folder, file).replaceAll(sep, '/'));
}

describe('findFiles', () => {
  it.each([
    ['bench/**/*.bench.js', ['bench/a.bench.js', 'bench/deep/er/c.bench.js']],
    ['bench/*.bench.js', ['bench/a.bench.js']],
    ['*/a.bench.js', ['bench/a.bench.js']],
    ['**/?.bench.{js,mjs}', ['bench/a.bench.js', 'bench/b.bench.mjs', 'bench/deep/er/c.bench.js']],
    ['{bench,src}/**/[a-c]*.js', []],
    ['bench/deep/**', ['bench/deep/er/c.bench.js', 'bench/deep/helper.js']],
    ['bench/.hidden/*.js', ['bench/.hidden/d.bench.js']],
    ['bench/node_modules/e.bench.js', ['bench/node_modules/e.bench.js']],
    ['./src/../bench.js', ['bench.js']],
    ['src/a+b(1).js', ['src/a+b(1).js']],
    ['src/a+b(*).js', ['src/a+b(1).js']],
    ['bench', []],
    ['nothing/**/*.js', []],
  ])('finds what matches %s', async (pattern, files) => {
    await expect(found(pattern)).resolves.toEqual(files);
  });

  it('gives a file that several patterns match once, and takes absolute patterns', async () => {
    await expect(found('bench/a.bench.js', `${folder}/bench/*.js`)).resolves.toEqual(['bench/a.bench.js']);
  });
});
