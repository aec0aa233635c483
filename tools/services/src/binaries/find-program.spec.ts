import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findProgram, findProgramPair } from './find-program.js';

const QUERY = { name: 'envol-server', variable: 'ENVOL_TEST_SERVER', cacheFolder: 'server' };
const COMPANION = 'envol-companion';

describe('finding a program', () => {
  const environment = { ...process.env };
  let temporary = '';

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
    process.env['PATH'] = `${join(temporary, 'one')}:${join(temporary, 'two')}`;
    process.env['ENVOL_SERVICES_CACHE'] = join(temporary, 'cache');
  });
  afterEach(() => {
    process.env = { ...environment };
    rmSync(temporary, { recursive: true });
  });

  function put(path: string, mode = 0o755): string {
    const file = join(temporary, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '', { mode });
    return file;
  }

  it('takes the one that was named, then the PATH in its order, then the cache with its libraries', () => {
    const cached = put('cache/server/usr/bin/envol-server');
    const libraries = dirname(put('cache/server/usr/lib/some-machine/libevent.so.7'));
    const root = join(temporary, 'cache/server');
    const env = { LD_LIBRARY_PATH: expect.stringContaining(libraries) };
    expect(findProgram(QUERY)).toEqual({ file: cached, env, root });
    const onPath = put('two/envol-server');
    expect(findProgram(QUERY)).toEqual({ file: onPath, env: {} });
    put('one/envol-server', 0o644); // not a program
    expect(findProgram(QUERY).file).toBe(onPath);
    process.env['ENVOL_TEST_SERVER'] = put('named');
    expect(findProgram(QUERY).file).toBe(join(temporary, 'named'));
  });

  it('passes over a place without the program that belongs to it: the two must fit', () => {
    put('one/envol-server');
    const cached = put('cache/server/usr/bin/envol-server');
    expect(() => findProgramPair(QUERY, COMPANION)).toThrow(
      `envol-server with envol-companion was not found. Looked in: ENVOL_TEST_SERVER (not set); the PATH (it has only envol-server); ${temporary}/cache/server (it has only envol-server).`,
    );
    const companion = put('cache/server/usr/sbin/envol-companion');
    expect(findProgramPair(QUERY, COMPANION)).toMatchObject({ file: cached, companion });
    put('two/envol-companion');
    expect(findProgramPair(QUERY, COMPANION)).toEqual({
      file: join(temporary, 'one/envol-server'),
      companion: join(temporary, 'two/envol-companion'),
      env: {},
    });
  });

  it('tries no other place when one was named', () => {
    put('one/envol-server');
    process.env['ENVOL_TEST_SERVER'] = '/nothing';
    expect(() => findProgram(QUERY)).toThrow('Looked in: ENVOL_TEST_SERVER (/nothing).');
    process.env['ENVOL_TEST_SERVER'] = put('named');
    expect(() => findProgramPair(QUERY, COMPANION)).toThrow('(it has only envol-server)');
  });
});
