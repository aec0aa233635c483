import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { envol } from './run-envol.js';

describe('envol', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
    await expect(envol(['--version'])).resolves.toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('explains itself and each command, with examples', async () => {
    const help = await envol(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/bench .*[^]*load /);
    for (const command of ['bench', 'load']) {
      const { code, stdout } = await envol([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`--json[^]*Examples:[^]*envol ${command}`));
    }
  });

  it('without a command shows the help, and ends with 2', async () => {
    await expect(envol([])).resolves.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: envol'),
    });
  });

  it.each([
    [['bnech'], "unknown command 'bnech'", '(Did you mean bench?)'],
    [['bench', '--fliter', 'x'], "unknown option '--fliter'", '(Did you mean --filter?)'],
    [['load'], "missing required argument 'url'", ''],
    [['load', 'http://127.0.0.1', 'http://localhost'], 'too many arguments', ''],
  ])('suggests what was meant by %j', async (args, problem, suggestion) => {
    const { code, stdout, stderr } = await envol(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toContain(suggestion);
  });

  it('prints message, code and hint of an error, and where it comes from only with --debug', async () => {
    const args = ['load', 'ftp://127.0.0.1', '--rate', '5'];
    const short = await envol(args);
    expect(short.code).toBe(2);
    expect(short.stderr).toMatch(/url: expected a url.* \(ENVOL_BENCHMARK_INVALID_OPTIONS\)\n.+\n$/);
    expect(short.stderr).not.toContain('    at ');
    const long = await envol([...args, '--debug']);
    expect(long.stderr).toContain('    at ');
  });
});
