import { pathToFileURL } from 'node:url';
import { wrapMethod } from '@envol/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Scope,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { of } from 'rxjs';
import type { BenchmarkSuite, BenchmarkSuiteOptions } from '../src/index.js';
import { Benchmark, BenchmarkModule, nestBenchmarks } from '../src/nest/index.js';

const URL = pathToFileURL('/app/cities.bench.js').href;

/** What happened to the instances of {@link CitiesService}. */
let events: string[] = [];
afterEach(() => {
  events = [];
});

@Injectable()
class CitiesService implements OnApplicationShutdown {
  prefix = 'City';

  constructor() {
    events.push('constructed');
  }

  onApplicationShutdown(): void {
    events.push('shut down');
  }

  @Benchmark({
    inputs: [[1], [2]],
    setup: async (cities: CitiesService) => {
      events.push('set up');
      cities.prefix = 'Town';
    },
    teardown: () => void events.push('torn down'),
  })
  find(id: number): string {
    events.push(`find ${id}`);
    return `${this.prefix} ${id}`;
  }

  @Benchmark({ name: 'cities, sum', inputs: [[1, 2, 3]], baseline: true })
  sum(a: number, b: number, c: number): number {
    return a + b + c;
  }

  @Benchmark({ inputs: [['a', 'b']] })
  join(a: string, b: string): unknown {
    return of(a, b);
  }
}

async function suiteOf(metadata: ModuleMetadata, options?: BenchmarkSuiteOptions): Promise<BenchmarkSuite> {
  return nestBenchmarks(URL, () => metadata, options);
}

async function namesIn(providers: ModuleMetadata['providers']): Promise<string[]> {
  const { benchmarks } = await suiteOf({ providers: providers ?? [] });
  return benchmarks.map(({ name }) => name);
}

/** As a fork does it: what each input gives, between setup and teardown. */
async function runIn(suite: BenchmarkSuite, benchmark: string): Promise<unknown[]> {
  const definition = suite.benchmarks.find(({ name }) => name === benchmark);
  if (definition === undefined) throw new Error(`no benchmark ${benchmark}`);
  const { setup, fn, inputs = [], teardown } = definition;
  try {
    await setup?.();
    return await Promise.all(inputs.map(fn));
  } finally {
    await teardown?.();
  }
}

const refusal = (message: string) => ({ code: 'ENVOL_BENCHMARK_INVALID_DECORATOR', message });

describe('nestBenchmarks', () => {
  it('finds the methods by class and name or by their own name, without making an instance', async () => {
    const suite = await suiteOf({ providers: [CitiesService] });
    expect(suite.benchmarks.map(({ name }) => name)).toEqual([
      'CitiesService.find',
      'cities, sum',
      'CitiesService.join',
    ]);
    expect(suite).toMatchObject({ name: 'cities', file: URL, baseline: 'cities, sum' });
    expect(events).toEqual([]);
  });

  it('calls the method on the instance of a real application, which it closes', async () => {
    const suite = await suiteOf({ providers: [CitiesService] });
    await expect(runIn(suite, 'CitiesService.find')).resolves.toEqual(['Town 1', 'Town 2']);
    expect(events).toEqual([
      'constructed',
      'set up',
      'find 1', // to see what it returns
      'find 1',
      'find 2',
      'torn down',
      'shut down',
    ]);
  });

  it('passes any number of arguments, and waits for the end of an Observable', async () => {
    const suite = await suiteOf({ providers: [CitiesService] });
    await expect(runIn(suite, 'cities, sum')).resolves.toEqual([6]);
    await expect(runIn(suite, 'CitiesService.join')).resolves.toEqual(['b']);
  });

  it('closes the application when setup fails, and passes the error on', async () => {
    @Injectable()
    class Failing extends CitiesService {
      @Benchmark({
        setup: () => {
          throw new Error('no data');
        },
      })
      count(): number {
        return 1;
      }
    }
    const suite = await suiteOf({ providers: [Failing] });
    await expect(runIn(suite, 'Failing.count')).rejects.toThrow('no data');
    expect(events).toEqual(['constructed', 'shut down']);
  });

  it('measures what an application that fails to start throws', async () => {
    @Injectable()
    class Broken {
      constructor() {
        throw new Error('no database');
      }

      @Benchmark()
      find(): number {
        return 1;
      }
    }
    const suite = await suiteOf({ providers: [Broken] });
    await expect(runIn(suite, 'Broken.find')).rejects.toThrow('no database');
  });

  it('finds methods of base classes, of controllers, of values, and under decorators that replace the method', async () => {
    const twice = (_: object, __: string, descriptor: TypedPropertyDescriptor<() => number>) => {
      const original = descriptor.value ?? (() => 0);
      wrapMethod(descriptor, original, () => original() * 2);
    };

    @Injectable()
    class TownsService extends CitiesService {}

    @Controller('cities')
    class CitiesController {
      @Get()
      @Benchmark()
      below(): number {
        return 1;
      }

      @twice
      @Benchmark()
      replaced(): number {
        return 2;
      }
    }

    class Constant {
      @Benchmark()
      value(): number {
        return 4;
      }
    }

    const suite = await suiteOf({
      providers: [TownsService, { provide: 'CONSTANT', useValue: new Constant() }],
      controllers: [CitiesController],
    });
    expect(suite.benchmarks.map(({ name }) => name)).toEqual([
      'TownsService.find',
      'cities, sum',
      'TownsService.join',
      'Constant.value',
      'CitiesController.below',
      'CitiesController.replaced',
    ]);
    await expect(runIn(suite, 'CitiesController.replaced')).resolves.toEqual([4]);
    await expect(runIn(suite, 'Constant.value')).resolves.toEqual([4]);
  });

  it('works on a transient provider, with an instance of its own', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient extends CitiesService {}
    const suite = await suiteOf({ providers: [Transient] });
    await expect(runIn(suite, 'Transient.find')).resolves.toEqual(['Town 1', 'Town 2']);
  });

  it('measures a class that is provided several times once', async () => {
    @Module({ providers: [CitiesService] })
    class FeatureModule {}
    const { benchmarks } = await suiteOf({
      imports: [FeatureModule],
      providers: [CitiesService, { provide: 'ALIAS', useExisting: CitiesService }],
    });
    expect(benchmarks).toHaveLength(3);
  });

  it('refuses a request-scoped provider, and one that needs such, naming class and method', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @Benchmark()
      find(): number {
        return 1;
      }
    }

    @Injectable({ scope: Scope.REQUEST })
    class Tenant {}

    @Injectable()
    class NeedsTenant {
      constructor(readonly tenant: Tenant) {}

      @Benchmark()
      find(): number {
        return 1;
      }
    }

    const why = 'is request-scoped, or needs something that is, and a benchmark has no request';
    await expect(namesIn([PerRequest])).rejects.toMatchObject(
      refusal(`@Benchmark on PerRequest.find: PerRequest ${why}`),
    );
    await expect(namesIn([Tenant, NeedsTenant])).rejects.toMatchObject(
      refusal(`@Benchmark on NeedsTenant.find: NeedsTenant ${why}`),
    );
  });

  it('refuses two benchmarks of one name', async () => {
    @Injectable()
    class Same {
      @Benchmark({ name: 'cities, sum' })
      total(): number {
        return 1;
      }
    }
    await expect(namesIn([CitiesService, Same])).rejects.toMatchObject(
      refusal('@Benchmark on Same.total: CitiesService.sum is called "cities, sum" too'),
    );
  });

  it('refuses in the fork an instance that a factory makes, since nobody knew of it', async () => {
    class Other {
      @Benchmark()
      find(): number {
        return 1;
      }
    }
    const suite = await suiteOf({ providers: [CitiesService, { provide: 'MADE', useFactory: () => new Other() }] });
    await expect(runIn(suite, 'CitiesService.find')).rejects.toMatchObject({
      code: 'ENVOL_BENCHMARK_INVALID_DECORATOR',
      message: expect.stringContaining('@Benchmark on Other.find: the instance is made by a factory'),
    });
  });

  it('says so when the application has no such method', async () => {
    await expect(namesIn([])).rejects.toMatchObject({ code: 'ENVOL_BENCHMARK_NO_BENCHMARKS' });
  });
});

describe('BenchmarkModule', () => {
  const moduleWith = (options: BenchmarkSuiteOptions, providers: Type[] = [CitiesService]) => ({
    imports: [BenchmarkModule.forRoot(options)],
    providers,
  });

  it('has the options of the suite; those of nestBenchmarks are taken over them', async () => {
    const { options } = await suiteOf(moduleWith({ forks: 6, threshold: 0.2 }), { forks: 5 });
    expect(options).toMatchObject({ forks: 5, threshold: 0.2 });
  });

  it('refuses wrong options where they are written', () => {
    expect(() => BenchmarkModule.forRoot({ forks: 0 })).toThrow(
      expect.objectContaining({ code: 'ENVOL_BENCHMARK_INVALID_OPTIONS' }),
    );
  });

  it('lets an application start whose benchmarks can be measured, and no other', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @Benchmark()
      find(): number {
        return 1;
      }
    }
    const start = (...providers: Type[]) =>
      NestFactory.createApplicationContext(moduleWith({}, providers), { logger: false, abortOnError: false });
    const app = await start(CitiesService);
    await app.close();
    await expect(start(PerRequest)).rejects.toMatchObject({ code: 'ENVOL_BENCHMARK_INVALID_DECORATOR' });
  });
});
