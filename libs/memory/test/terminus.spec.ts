import { describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { MemoryModule, MemoryMonitor } from '../src/index.js';
import { MemoryHealthIndicator } from '../src/terminus/index.js';
import { MemoryUser, userLimits } from './memory-user.js';

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly memory: MemoryHealthIndicator,
  ) {}

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([() => this.memory.isHealthy('memory')]);
  }

  @Get('strict')
  @HealthCheck()
  strict() {
    return this.health.check([() => this.memory.isHealthy('memory', { downFrom: 'soft' })]);
  }
}

describe('MemoryHealthIndicator', () => {
  it('is degraded over a soft limit, and down from the level that it is told on, with the figures and the limits next above', async () => {
    const module = await Test.createTestingModule({
      imports: [MemoryModule.forRoot(userLimits), TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [MemoryUser, MemoryHealthIndicator],
    })
      .setLogger({ log() {}, warn() {}, error() {} })
      .compile();
    const app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const look = async (path: string, bytes: number): Promise<unknown> => {
      app.get(MemoryUser).bytes = bytes;
      await app.get(MemoryMonitor).check();
      const answer = await fetch(`${url}/health/${path}`);
      const { details } = (await answer.json()) as { details: { memory: object } };
      return [answer.status, details.memory];
    };
    const details = (status: string, level: string, current: number, limit: number) => ({
      status,
      level,
      keys: { user: { current, limit } },
    });
    expect(await look('ready', 5)).toEqual([200, details('up', 'normal', 5, 10)]);
    expect(await look('ready', 12)).toEqual([200, details('degraded', 'soft', 12, 20)]);
    expect(await look('strict', 12)).toEqual([503, details('down', 'soft', 12, 20)]);
    expect(await look('ready', 25)).toEqual([503, details('down', 'hard', 25, 20)]);
    await app.close();
  });
});
