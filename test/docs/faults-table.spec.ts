import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');

/** The last column of the table: `<file>: <name of the test>`. */
async function promisedTests(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'docs', 'faults.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) => row.split(' | ').at(-1)?.replace(/ *\|$/, '') ?? '');
}

/** Every test of the fault suite, in the same words. */
async function existingTests(): Promise<readonly string[]> {
  const folder = join(ROOT, 'test', 'faults');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.spec.ts'));
  const tests = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      return [...text.matchAll(/^ {2}it\('(.+)', async/gm)].map(
        ([, name]) => `${file.replace('.spec.ts', '')}: ${name}`,
      );
    }),
  );
  return tests.flat();
}

describe('docs/faults.md', () => {
  it('names a test of the fault suite for every promise, and every test of the suite has a promise', async () => {
    const promised = await promisedTests();
    expect(promised.length).toBeGreaterThan(5);
    expect(promised.toSorted()).toEqual((await existingTests()).toSorted());
  });
});
