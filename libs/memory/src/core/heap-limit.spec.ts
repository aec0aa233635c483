import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { oldGenerationLimit } from './heap-limit.js';

const MB = 1024 ** 2;

describe('oldGenerationLimit', () => {
  it('is what --max-old-space-size says, since that is where V8 gives up, and not heap_size_limit', () => {
    const settings = { heapSizeLimit: 320 * MB, nodeOptions: '' };
    expect(oldGenerationLimit({ ...settings, execArgv: ['--max-old-space-size=128'] })).toBe(128 * MB);
    expect(oldGenerationLimit({ ...settings, execArgv: ['--enable-source-maps', '--max_old_space_size=64'] })).toBe(
      64 * MB,
    );
  });

  it('takes the last of several flags, and those of the command line before NODE_OPTIONS', () => {
    const heapSizeLimit = 9_000 * MB;
    const nodeOptions = '--max-old-space-size=300 --enable-source-maps --max-old-space-size=400';
    expect(oldGenerationLimit({ heapSizeLimit, execArgv: [], nodeOptions })).toBe(400 * MB);
    const execArgv = ['--max-old-space-size=200'];
    expect(oldGenerationLimit({ heapSizeLimit, execArgv, nodeOptions })).toBe(200 * MB);
  });

  it('without a flag leaves the young generation out, and never says more than V8 does', () => {
    for (const [heapSizeLimit, old] of [
      [4_144, 4_096],
      [4_288, 4_096],
      [2_096, 2_048],
      [259, 256],
    ] as const) {
      const limit = oldGenerationLimit({ heapSizeLimit: heapSizeLimit * MB, execArgv: [], nodeOptions: '' });
      expect(limit).toBeLessThanOrEqual(old * MB);
      expect(limit).toBeGreaterThan(0.93 * old * MB);
    }
    expect(
      oldGenerationLimit({ heapSizeLimit: 100 * MB, execArgv: ['--max-old-space-size=0'], nodeOptions: '' }),
    ).toBeLessThan(100 * MB);
  });

  it('finds the flag where Node puts it', () => {
    const script = 'console.log(JSON.stringify([process.execArgv, process.env.NODE_OPTIONS ?? ""]))';
    const { stdout } = spawnSync(process.execPath, ['--max-old-space-size=96', '-e', script], { encoding: 'utf8' });
    const [execArgv, nodeOptions] = JSON.parse(stdout) as [string[], string];
    expect(oldGenerationLimit({ heapSizeLimit: 4_000 * MB, execArgv, nodeOptions })).toBe(96 * MB);
  });
});
