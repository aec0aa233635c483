import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Injectable, Scope, SetMetadata } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { MemoryModule, MemoryMonitor, OnMemoryPressure, type MemoryPressure } from '../src/index.js';
import { MemoryUser, userLimits } from './memory-user.js';

const told: string[] = [];
const errors: string[] = [];
const logger = { log() {}, warn() {}, error: (message: unknown) => void errors.push(String(message)) };

const note = (who: object, what: string, { previous, level }: MemoryPressure): void =>
  void told.push(`${who.constructor.name}.${what} ${previous}>${level}`);

@Injectable()
class Buffers {
  readonly seen: MemoryPressure[] = [];

  @OnMemoryPressure('soft')
  shrink(pressure: MemoryPressure): void {
    this.seen.push(pressure);
    note(this, 'shrink', pressure);
  }

  @OnMemoryPressure('hard', 'normal')
  async stop(pressure: MemoryPressure): Promise<void> {
    note(this, 'stop', pressure);
  }

  /** Calls a handler by itself. */
  shrinkNow(pressure: MemoryPressure): void {
    this.shrink(pressure);
  }
}

@Injectable()
class Inherits extends Buffers {}

@Injectable()
class Overrides extends Buffers {
  override shrink(pressure: MemoryPressure): void {
    note(this, 'silent', pressure);
  }

  @OnMemoryPressure('hard')
  override async stop(pressure: MemoryPressure): Promise<void> {
    note(this, 'stop', pressure);
  }
}

@Controller('pressure')
class PressureController {
  @OnMemoryPressure('soft')
  @Get('above')
  @SetMetadata('mark', 'kept')
  above(pressure: MemoryPressure): string {
    if (pressure !== undefined) note(this, 'above', pressure);
    return 'above';
  }

  @Get('below')
  @OnMemoryPressure('soft')
  below(pressure: MemoryPressure): string {
    if (pressure !== undefined) note(this, 'below', pressure);
    return 'below';
  }
}

async function start(providers: (new (...args: never[]) => object)[], controllers: typeof providers = []) {
  const module = { imports: [MemoryModule.forRoot(userLimits)], providers: [MemoryUser, ...providers], controllers };
  const app = (await Test.createTestingModule(module).setLogger(logger).compile()).createNestApplication();
  told.length = errors.length = 0;
  await app.init();
  const use = async (bytes: number): Promise<string[]> => {
    app.get(MemoryUser).bytes = bytes;
    await app.get(MemoryMonitor).check();
    return told.splice(0).toSorted();
  };
  return { app, use };
}

describe('@OnMemoryPressure', () => {
  it('calls a method when its level is entered, from above or below, and only then', async () => {
    const { app, use } = await start([Buffers]);
    expect(await use(10)).toEqual(['Buffers.shrink normal>soft']);
    expect(await use(15)).toEqual([]);
    expect(await use(20)).toEqual(['Buffers.stop soft>hard']);
    expect(await use(10)).toEqual(['Buffers.shrink hard>soft']);
    expect(await use(0)).toEqual(['Buffers.stop soft>normal']);
    expect(app.get(Buffers).seen[0]).toMatchObject({
      level: 'soft',
      keys: ['user'],
      current: { user: 10 },
      limits: { user: { soft: 10, hard: 20 } },
    });
    await app.close();
    expect(await use(20)).toEqual([]);
  });

  it('follows inheritance: a method that is inherited is called, one that is overridden by its own decorator only', async () => {
    const { app, use } = await start([Inherits, Overrides]);
    expect(await use(10)).toEqual(['Inherits.shrink normal>soft']);
    expect(await use(20)).toEqual(['Inherits.stop soft>hard', 'Overrides.stop soft>hard']);
    await app.close();
  });

  it('works on controllers, above and below the decorators of Nest, and leaves routes and metadata as they are', async () => {
    const { app, use } = await start([], [PressureController]);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    expect(await use(10)).toEqual(['PressureController.above normal>soft', 'PressureController.below normal>soft']);
    await expect((await fetch(`${url}/pressure/above`)).text()).resolves.toBe('above');
    await expect((await fetch(`${url}/pressure/below`)).text()).resolves.toBe('below');
    expect(Reflect.getMetadata('mark', PressureController.prototype.above)).toBe('kept');
    await app.close();
  });

  it('leaves the method callable by the class itself', async () => {
    const { app, use } = await start([Buffers]);
    await use(10);
    const buffers = app.get(Buffers);
    const [pressure] = buffers.seen;
    if (pressure !== undefined) buffers.shrinkNow(pressure);
    expect(told).toEqual(['Buffers.shrink normal>soft']);
    await app.close();
  });

  it('keeps two applications of one process apart', async () => {
    const [one, two] = [await start([Buffers]), await start([Buffers])];
    await one.use(10);
    expect(one.app.get(Buffers).seen).toHaveLength(1);
    expect(two.app.get(Buffers).seen).toHaveLength(0);
    await Promise.all([one.app.close(), two.app.close()]);
  });

  it('is refused on what has no instance to call, with class and method in the message', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Buffers {}

    @Injectable({ scope: Scope.TRANSIENT })
    class Transient extends Buffers {}

    @Controller()
    class Dependent extends Buffers {
      @Inject(REQUEST) readonly request!: unknown;
    }

    for (const [providers, controllers, where] of [
      [[PerRequest], [], 'PerRequest.shrink'],
      [[Transient], [], 'Transient.shrink'],
      [[], [Dependent], 'Dependent.shrink'],
    ] as const) {
      await expect(start([...providers], [...controllers])).rejects.toMatchObject({
        code: 'ENVOL_MEMORY_INVALID_DECORATOR',
        message: expect.stringContaining(`@OnMemoryPressure on ${where}: the class is request-scoped or transient`),
      });
    }
  });

  it('is refused with a level that there is not, when the class is defined', () => {
    const define = () => {
      class Wrong {
        @OnMemoryPressure('high' as 'hard')
        handle(): void {}
      }
      return Wrong;
    };
    expect(define).toThrow(
      expect.objectContaining({
        code: 'ENVOL_MEMORY_INVALID_DECORATOR',
        message: '@OnMemoryPressure on Wrong.handle: there is no level "high"',
      }),
    );
  });

  it('lets others go on when a handler fails, and logs which one did', async () => {
    @Injectable()
    class Failing {
      @OnMemoryPressure('soft')
      now(): void {
        throw new Error('now');
      }

      @OnMemoryPressure('soft')
      later(): Promise<void> {
        return Promise.reject(new Error('later'));
      }
    }

    const { app, use } = await start([Failing, Buffers]);
    expect(await use(10)).toEqual(['Buffers.shrink normal>soft']);
    await app.close();
    expect(errors.toSorted()).toEqual([
      '@OnMemoryPressure on Failing.later failed',
      '@OnMemoryPressure on Failing.now failed',
    ]);
  });
});
