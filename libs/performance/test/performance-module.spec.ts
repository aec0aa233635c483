import { CLOCK } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Performance, PerformanceModule } from '../src/index.js';

const clock = new ManualClock();

@Global()
@Module({ providers: [{ provide: CLOCK, useValue: clock }], exports: [CLOCK] })
class TimeModule {}

const start = (options: object) =>
  Test.createTestingModule({ imports: [TimeModule, PerformanceModule.forRoot(options)] }).compile();

describe('PerformanceModule', () => {
  it('gives every module a Performance, which waits no longer than its timeout', async () => {
    const performance = (await start({ timeout: '2s' })).get(Performance);
    const answer = performance.run(new Promise(() => undefined));
    await Promise.all([expect(answer).rejects.toThrow('no answer within 2000 ms'), clock.advance(2_000)]);
  });

  it('refuses an option that it does not know, and names the one that was meant', async () => {
    await expect(start({ timout: 5 })).rejects.toMatchObject({
      code: 'ENVOL_PERFORMANCE_INVALID_OPTIONS',
      message: expect.stringContaining('did you mean "timeout"?'),
    });
  });
});
