import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from './load-config.js';

const folders: string[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'envol-config-'));
  folders.push(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true }))));

const write = (name: string, text: string) => writeFile(join(folder, name), text);

describe('loadConfig', () => {
  it('has defaults for all when there is no file', async () => {
    await expect(loadConfig(folder)).resolves.toEqual({
      bench: { files: ['bench/**/*.bench.{js,mjs}'], reports: '.envol/benchmarks' },
    });
  });

  it.each(['envol.config.js', 'envol.config.mjs'])('reads the default export of %s', async (name) => {
    await write(name, `export default { bench: { files: ['x.js'], forks: 20, timeLimit: '1m' } };`);
    await expect(loadConfig(folder)).resolves.toMatchObject({
      bench: { files: ['x.js'], forks: 20, timeLimit: 60_000 },
    });
  });

  it('reads another file when it is told to, and says when that is not there', async () => {
    await write('mine.js', `export default { bench: { forks: 7 } };`);
    await expect(loadConfig(folder, 'mine.js')).resolves.toMatchObject({ bench: { forks: 7 } });
    await expect(loadConfig(folder, 'yours.js')).rejects.toMatchObject({
      code: 'ENVOL_CLI_NO_CONFIG',
      message: 'There is no file yours.js',
    });
  });

  it('refuses unknown keys by name, with the file and the nearest known one', async () => {
    await write('envol.config.js', `export default { bnech: {}, bench: { forsk: 5, threshold: 'low' } };`);
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: 'ENVOL_CLI_INVALID_OPTIONS',
      message: expect.stringMatching(
        /envol\.config\.js: .*bench\.threshold: .*"forsk" is not an option, did you mean "forks"\?.*"bnech" is not an option, did you mean "bench"\?/,
      ),
    });
  });

  it.each([
    ['export const bench = {};', 'has no default export'],
    [`throw new Error('no such variable');`, 'cannot be imported: no such variable'],
  ])('says why a file cannot be used: %s', async (text, problem) => {
    await write('envol.config.js', text);
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: 'ENVOL_CLI_INVALID_CONFIG',
      message: expect.stringContaining(problem),
    });
  });
});
