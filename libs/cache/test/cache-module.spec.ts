import { Cache, Cached, CacheModule, Caches, layered, memory, type StoreDefinition } from '@envol/cache';
import { CLOCK, METRICS_SINK } from '@envol/common';
import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { Controller, Get, Injectable, Module, Param, Scope, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { CallHandler, DynamicModule, ExecutionContext, INestApplication, NestInterceptor } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

interface FactoryOrValue {
  readonly provide: string | symbol;
  readonly useValue: unknown;
}

const runs = new Map<string, number>();
const count = (name: string): number => {
  const times = (runs.get(name) ?? 0) + 1;
  runs.set(name, times);
  return times;
};

@Injectable()
class CitiesService {
  @Cached({ key: 'city:{0}', ttl: '1m' })
  async find(id: number): Promise<{ id: number; run: number }> {
    return { id, run: count('find') };
  }

  /** Goes through the cache as well. */
  async findTwice(id: number): Promise<number> {
    await this.find(id);
    return (await this.find(id)).run;
  }
}

@Injectable()
class CapitalsService extends CitiesService {
  @Cached({ key: (name: string, country: string) => `capital:${country}:${name}`, store: 'pages' })
  async byName(name: string, country: string): Promise<string> {
    return `${name}, ${country} ${count('byName')}`;
  }

  @Cached({ key: 'object:{0}' })
  async byObject(_query: object): Promise<string> {
    return 'never';
  }
}

@Injectable()
class EmbassiesService extends CitiesService {
  @Cached({ key: 'city:{0}', ttl: '1m' })
  override async find(id: number): Promise<{ id: number; run: number }> {
    return super.find(id);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestService {
  @Cached({ key: 'per-request:{0}' })
  async find(id: number): Promise<string> {
    return `${id} ${count('per-request')}`;
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientService {
  @Cached({ key: 'transient:{0}' })
  async find(id: number): Promise<string> {
    return `${id} ${count('transient')}`;
  }
}

@Injectable()
class TravelService {
  constructor(readonly places: TransientService) {}
}

@Injectable()
class Exclaim implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

@Controller('cities')
class CitiesController {
  constructor(private readonly perRequest: PerRequestService) {}

  @Cached({ key: 'above:{0}' })
  @Get('above/:id')
  @SetMetadata('mark', 'kept')
  @UseInterceptors(Exclaim)
  async above(@Param('id') id: string): Promise<string> {
    return `${id} ${count('above')}`;
  }

  @Get('below/:id')
  @Cached({ key: 'below:{0}' })
  async below(@Param('id') id: string): Promise<string> {
    return `${id} ${count('below')}`;
  }

  @Get('per-request/:id')
  async scoped(@Param('id') id: number): Promise<string> {
    return this.perRequest.find(id);
  }
}

@Module({
  providers: [CitiesService, CapitalsService, EmbassiesService, PerRequestService, TransientService, TravelService],
  controllers: [CitiesController],
})
class FeatureModule {}

const stores = { main: layered([memory()]), pages: memory() };
const apps: INestApplication[] = [];

@Module({})
class Globals {}

function globals(providers: readonly FactoryOrValue[]): DynamicModule {
  return {
    module: Globals,
    global: true,
    providers: [...providers],
    exports: providers.map(({ provide }) => provide),
  };
}

async function start(module = CacheModule.forRoot({ stores, default: 'main' }), clock?: ManualClock) {
  const imports = [module, FeatureModule, ...(clock ? [globals([{ provide: CLOCK, useValue: clock }])] : [])];
  const app = (await Test.createTestingModule({ imports }).compile()).createNestApplication();
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

async function get(app: INestApplication, path: string): Promise<string> {
  return (await fetch(`${await app.getUrl()}${path}`)).text();
}

afterEach(async () => {
  runs.clear();
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe('@Cached', () => {
  it('runs a method once per key', async () => {
    const service = (await start()).get(CitiesService);
    await Promise.all([service.find(1), service.find(1), service.find(2)]);
    await expect(service.find(1)).resolves.toEqual({ id: 1, run: 1 });
    expect(runs.get('find')).toBe(2);
  });

  it('works for a call from within the class', async () => {
    await expect((await start()).get(CitiesService).findTwice(1)).resolves.toBe(1);
  });

  it('works in a subclass, with a key function and another store', async () => {
    const app = await start();
    const service = app.get(CapitalsService);
    await service.find(7);
    await service.byName('Paris', 'FR');
    await expect(service.byName('Paris', 'FR')).resolves.toBe('Paris, FR 1');
    await expect(app.get(Caches).get('pages').get('capital:FR:Paris')).resolves.toBe('Paris, FR 1');
    await expect(app.get(Cache).has('city:7')).resolves.toBe(true);
  });

  it.each(['above', 'below'])('works %s the route decorator of a controller', async (place) => {
    const app = await start();
    await expect(get(app, `/cities/${place}/5`)).resolves.toBe('5 1');
    await expect(get(app, `/cities/${place}/5`)).resolves.toBe('5 1');
    await expect(get(app, `/cities/${place}/6`)).resolves.toBe('6 2');
  });

  it('works in a request-scoped provider', async () => {
    const app = await start();
    await expect(get(app, '/cities/per-request/5')).resolves.toBe('5 1');
    await expect(get(app, '/cities/per-request/5')).resolves.toBe('5 1');
  });

  it('works in a transient provider', async () => {
    const { places } = (await start()).get(TravelService);
    await expect(places.find(5)).resolves.toBe('5 1');
    await expect(places.find(5)).resolves.toBe('5 1');
  });

  it.each([undefined, null, 5])('runs a method that is called with %s for this, without the cache', async (self) => {
    const { find } = (await start()).get(TravelService).places;
    await expect(Reflect.apply(find, self, [5])).resolves.toBe('5 1');
    await expect(Reflect.apply(find, self, [5])).resolves.toBe('5 2');
  });

  it('in a transient provider with an unknown store fails at start, naming class and method', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class LostService {
      @Cached({ key: 'k', store: 'lost' })
      async find(): Promise<number> {
        return 1;
      }
    }
    const module = { imports: [CacheModule.forRoot({})], providers: [LostService] };
    const app = (await Test.createTestingModule(module).compile()).createNestApplication();
    await expect(app.init()).rejects.toMatchObject({
      code: 'ENVOL_CACHE_INVALID_DECORATOR',
      message: '@Cached on LostService.find: there is no cache store "lost"',
    });
  });

  it('keeps the name and the metadata of the method', () => {
    expect(CitiesController.prototype.above.name).toBe('above');
    expect(Reflect.getMetadata('mark', CitiesController.prototype.above)).toBe('kept');
  });

  it('keeps two apps in one process apart', async () => {
    const [one, two] = [await start(), await start()];
    await one.get(CitiesService).find(1);
    await expect(two.get(CitiesService).find(1)).resolves.toEqual({ id: 1, run: 2 });
  });

  it('leaves the method as it is in an instance that Nest did not build', async () => {
    const service = new CitiesService();
    await service.find(1);
    await expect(service.find(1)).resolves.toEqual({ id: 1, run: 2 });
  });

  it('is a compile error on a method that returns no promise, or with a key function of other arguments', () => {
    class Wrong {
      // @ts-expect-error it returns no promise
      @Cached({ key: 'k' })
      now(): number {
        return 1;
      }

      // @ts-expect-error its argument is a number
      @Cached({ key: (id: string) => id })
      async other(id: number): Promise<number> {
        return id;
      }
    }
    expect(new Wrong()).toBeInstanceOf(Wrong);
  });

  it('with a template that cannot be read fails when the class is defined, naming class and method', () => {
    expect(() => {
      class Wrong {
        @Cached({ key: 'city:{id}' })
        async find(id: number): Promise<number> {
          return id;
        }
      }
      return Wrong;
    }).toThrow('@Cached on Wrong.find: The key template "city:{id}" has {id}, which names no argument');
  });

  it('keeps an answer for its own TTL', async () => {
    const clock = new ManualClock();
    const service = (await start(undefined, clock)).get(CitiesService);
    await service.find(1);
    await clock.advance(59_999);
    await expect(service.find(1)).resolves.toMatchObject({ run: 1 });
    await clock.advance(1);
    await expect(service.find(1)).resolves.toMatchObject({ run: 2 });
  });

  it('lets an override call the method that it overrides, with the same key', async () => {
    await expect((await start()).get(EmbassiesService).find(1)).resolves.toEqual({ id: 1, run: 1 });
  });

  it('rejects when the key cannot be made, and does not throw', async () => {
    const service = (await start()).get(CapitalsService);
    const answer = service.byObject({});
    await expect(answer).rejects.toMatchObject({ code: 'ENVOL_CACHE_INVALID_KEY_TEMPLATE' });
  });

  it('with wrong options fails when the class is defined, naming class and method', () => {
    expect(() => {
      class Wrong {
        @Cached({ key: 'k', ttl: 'soon' as '5m' })
        async find(): Promise<number> {
          return 1;
        }
      }
      return Wrong;
    }).toThrow('@Cached on Wrong.find: ttl: expected a duration');
  });

  it('on an instance that Nest did not make fails at start, naming class and method', async () => {
    const factory = { provide: 'MADE', useFactory: () => new CitiesService() };
    const module = { imports: [CacheModule.forRoot({ stores, default: 'main' })], providers: [factory] };
    const app = (await Test.createTestingModule(module).compile()).createNestApplication();
    await expect(app.init()).rejects.toMatchObject({
      code: 'ENVOL_CACHE_INVALID_DECORATOR',
      message: '@Cached on CitiesService.find: the instance was not made by Nest, so it has no cache',
    });
  });

  it('without a CacheModule fails at start, saying what to import', async () => {
    const compiling = Test.createTestingModule({ providers: [CitiesService] }).compile();
    await expect(compiling).rejects.toThrow(/import CacheModule\.forRoot/);
  });

  it('with an unknown store fails at start, naming class and method', async () => {
    await expect(start(CacheModule.forRoot({}))).rejects.toMatchObject({
      code: 'ENVOL_CACHE_INVALID_DECORATOR',
      message: '@Cached on CapitalsService.byName: there is no cache store "pages"',
    });
  });
});

describe('CacheModule', () => {
  it('refuses wrong options alike in forRoot and forRootAsync', async () => {
    const wrong = { ttl: 'soon' as '5m' };
    const refusal = {
      code: 'ENVOL_CACHE_INVALID_OPTIONS',
      message: expect.stringContaining('ttl: expected a duration'),
    };
    await expect(start(CacheModule.forRoot(wrong))).rejects.toMatchObject(refusal);
    await expect(start(CacheModule.forRootAsync({ useFactory: () => wrong }))).rejects.toMatchObject(refusal);
  });

  it('takes its options from other providers, the clock and the metrics from the application', async () => {
    const clock = new ManualClock();
    const metrics = new RecordingMetrics();
    const settings = globals([
      { provide: CLOCK, useValue: clock },
      { provide: METRICS_SINK, useValue: metrics },
      { provide: 'TTL', useValue: '1s' },
    ]);
    const module = CacheModule.forRootAsync({
      imports: [settings],
      inject: ['TTL'],
      useFactory: (ttl: '1s') => ({ ttl, stores, default: 'main' }),
    });
    const cache = (await start(module)).get(Cache);
    await cache.set('k', 1);
    await clock.advance(1_000);
    await expect(cache.has('k')).resolves.toBe(false);
    await cache.get('k');
    expect(metrics.value('envol_cache_misses_total', { cache: 'main' })).toBe(1);
  });

  it('opens its stores before the application serves, and closes them when it has ended', async () => {
    const steps: string[] = [];
    const store: StoreDefinition = {
      kind: 'recording',
      create: () => ({
        get: () => undefined,
        set: () => undefined,
        delete: () => false,
        open: async () => void steps.push('open'),
        close: async () => void steps.push('close'),
      }),
    };
    const module = CacheModule.forRoot({ stores: { main: store, pages: memory() }, default: 'main' });
    const app = await start(module);
    expect(steps).toEqual(['open']);
    await app.close();
    expect(steps).toEqual(['open', 'close']);
  });

  it('is seen everywhere, unless isGlobal is false: then two of them live side by side', async () => {
    const local = (ttl: '1s' | '2s') => CacheModule.forRoot({ stores, default: 'main', ttl, isGlobal: false });
    await expect(start(local('1s'))).rejects.toThrow(/import CacheModule\.forRoot/);

    @Module({ imports: [local('1s')], providers: [CapitalsService] })
    class One {}

    @Module({
      imports: [CacheModule.forRoot({ stores: { other: memory() }, isGlobal: false })],
      providers: [CitiesService],
    })
    class Two {}

    const app = await Test.createTestingModule({ imports: [One, Two] }).compile();
    await app.init();
    const [capitals, cities] = [app.get(CapitalsService), app.get(CitiesService)];
    await capitals.byName('Paris', 'FR');
    await expect(capitals.byName('Paris', 'FR')).resolves.toBe('Paris, FR 1');
    await cities.find(1);
    await expect(cities.find(1)).resolves.toMatchObject({ run: 1 });
    await expect(capitals.find(1)).resolves.toMatchObject({ run: 2 });
    await app.close();
  });
});
