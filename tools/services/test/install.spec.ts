import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { install } from '../src/install/install.js';
import { installable, installables } from '../src/install/installables.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

describe('services:install', () => {
  const environment = { ...process.env };
  let empty = '';
  let lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);

  beforeEach(() => {
    empty = mkdtempSync(join(tmpdir(), 'envol-test-'));
    lines = [];
  });
  afterEach(() => {
    process.env = { ...environment };
    rmSync(empty, { recursive: true });
  });

  it('says where each program was found and tries it', async () => {
    expect(await install([installable('redis')], tell)).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^redis: found: .*redis-server$/), 'redis: works']);
  });

  it('brings promtool too, which is no server', async () => {
    expect(
      await install(
        installables.filter(({ name }) => name === 'promtool'),
        tell,
      ),
    ).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^promtool: found: .*promtool$/), 'promtool: works']);
  });

  it('says what to do by hand where it cannot download', async () => {
    process.env['PATH'] = empty;
    process.env['ENVOL_SERVICES_CACHE'] = empty;
    expect(await install([installable('redis')], tell)).toBe(false);
    expect(lines).toEqual([
      expect.stringContaining('redis: redis-server was not found. Looked in:'),
      expect.stringContaining('redis: DOES NOT WORK.'),
      expect.stringContaining('redis: by hand: macOS: brew install redis.'),
    ]);
  });
});
