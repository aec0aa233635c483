import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TestProcess } from './child-process.js';

/** Twice and more of what the heap can hold, in megabytes. */
const HEAP = 128;
const FILL = 256;
/** For what takes a few seconds on a machine that does nothing else. */
const DEADLINE = 240_000;

const processes: TestProcess[] = [];

function start(...args: ConstructorParameters<typeof TestProcess>): TestProcess {
  const process = new TestProcess(...args);
  processes.push(process);
  return process;
}

async function get(url: unknown, path: string): Promise<Response> {
  return fetch(`${String(url)}${path}`);
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill()));
});

describe('a process that fills a cache with more than its heap can hold', () => {
  it(
    'dies without the module',
    async () => {
      const bare = start('fill', HEAP, 'bare', String(FILL));
      const { signal, errors } = await bare.end();
      expect(errors).toContain('JavaScript heap out of memory');
      expect(signal).toBe('SIGABRT');
      expect(bare.told('pushed')).toBeGreaterThan(HEAP / 2);
      expect(bare.told('pushed')).toBeLessThan(FILL);
    },
    DEADLINE,
  );

  it(
    'survives with it: the same is pushed through, the cache holds what fits, and HTTP is answered',
    async () => {
      const guarded = start('fill', HEAP, 'guarded', String(FILL));
      const held = await guarded.tells('held', DEADLINE);
      expect(guarded.told('pushed')).toBe(FILL);
      expect(held).toBeLessThan(HEAP);
      expect(held).toBeGreaterThan(HEAP / 4);
      const answer = await eventually(async () => {
        const response = await get(guarded.told('url'), '/hello');
        return response.status === 200 && response.text();
      }, 60_000);
      expect(answer).toBe('hello');
    },
    DEADLINE,
  );
});

describe('a process whose memory is held by something that cannot be reclaimed', () => {
  it(
    'sheds with 503 and Retry-After, answers health checks, and recovers when the leak is released',
    async () => {
      const leaking = start('leak', 256);
      await leaking.tells('leaking', DEADLINE);
      const url = leaking.told('url');
      for (let request = 0; request < 20; request++) {
        const shed = await get(url, '/hello');
        expect([shed.status, shed.headers.get('retry-after')]).toEqual([503, '5']);
        const live = await get(url, '/health/live');
        expect([live.status, await live.text()]).toEqual([200, 'alive']);
      }
      leaking.send('release');
      await eventually(async () => (await get(url, '/hello')).status === 200, 60_000);
    },
    DEADLINE,
  );
});

describe('a process that has nothing else to do', () => {
  it('ends by itself, although nobody closed the application', () => {
    const script = fileURLToPath(new URL('processes/idle.mjs', import.meta.url));
    const { stdout, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 60_000 });
    expect([stdout, status]).toEqual(['started\n', 0]);
  }, 90_000);
});
