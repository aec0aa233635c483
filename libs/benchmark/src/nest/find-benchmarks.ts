import { EnvolError } from '@envol/common';
import { DiscoveryService, MetadataScanner, ModuleRef, type ModulesContainer } from '@nestjs/core';
import { benchmarkMetadata, type BenchmarkMethodMetadata } from './benchmark.decorator.js';

type Provided = ReturnType<DiscoveryService['getProviders']>[number];

/** A method of the application that is a benchmark. @internal */
export interface FoundBenchmark {
  readonly name: string;
  /** Class and method, for messages. */
  readonly where: string;
  readonly method: string;
  readonly metadata: BenchmarkMethodMetadata;
  /** What to call the method on. Of a transient provider this is a new instance. */
  readonly instance: () => Promise<object>;
}

/**
 * The `@Benchmark` methods of an application, also of one in Nest's preview mode, where nothing was instantiated. A class
 * that is provided more than once is there once, by its first provider.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_DECORATOR` that names class and method, when one cannot be measured
 * @internal
 */
export function findBenchmarks(modules: ModulesContainer): FoundBenchmark[] {
  const discovery = new DiscoveryService(modules);
  const provided = [...discovery.getProviders(), ...discovery.getControllers()].filter(({ isAlias }) => !isAlias);
  const byPrototype = new Map<object, FoundBenchmark[]>();
  for (const wrapper of provided.filter((each) => !isMadeByFactory(each))) {
    const prototype = prototypeOf(wrapper);
    if (prototype !== undefined && !byPrototype.has(prototype)) {
      byPrototype.set(prototype, benchmarksOf(wrapper, prototype));
    }
  }
  for (const wrapper of provided.filter(isMadeByFactory)) {
    const prototype = prototypeOf(wrapper);
    if (prototype !== undefined && !byPrototype.has(prototype)) refuseMadeByFactory(wrapper, prototype);
  }
  const all = [...byPrototype.values()].flat();
  refuseSameNames(all);
  return all;
}

function benchmarksOf(wrapper: Provided, prototype: object): FoundBenchmark[] {
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
    const metadata = benchmarkMetadata(prototype, method);
    if (metadata === undefined) return [];
    const owner = prototype.constructor.name;
    const where = `${owner}.${method}`;
    if (!wrapper.isDependencyTreeStatic()) throw requestScoped(where, owner);
    return [{ name: metadata.name ?? where, where, method, metadata, instance: () => instanceOf(wrapper) }];
  });
}

async function instanceOf({ host, instance, isTransient, token }: Provided): Promise<object> {
  if (!isTransient || host === undefined) return instance;
  return host.getProviderByKey<ModuleRef>(ModuleRef).instance.resolve(token, undefined, { strict: true });
}

/** Of a provider that is not instantiated, this is its class's. Undefined for what is no object of a class. */
function prototypeOf(wrapper: Provided): object | undefined {
  const instance: unknown = wrapper.instance;
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(instance);
  return typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype ? prototype : undefined;
}

function isMadeByFactory({ inject }: Provided): boolean {
  return Array.isArray(inject);
}

function requestScoped(where: string, owner: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_DECORATOR',
    `@Benchmark on ${where}: ${owner} is request-scoped, or needs something that is, and a benchmark has no request`,
    'Benchmark what it calls, in a provider of another scope.',
  );
}

function refuseMadeByFactory(wrapper: Provided, prototype: object): void {
  const [found] = benchmarksOf(wrapper, prototype);
  if (found === undefined) return;
  throw new EnvolError(
    'ENVOL_BENCHMARK_INVALID_DECORATOR',
    `@Benchmark on ${found.where}: the instance is made by a factory, so it is not known before the application runs`,
    'Provide the class itself, or with useClass or useValue.',
  );
}

function refuseSameNames(benchmarks: readonly FoundBenchmark[]): void {
  const byName = new Map<string, FoundBenchmark>();
  for (const benchmark of benchmarks) {
    const { name, where } = benchmark;
    const other = byName.get(name);
    if (other !== undefined) {
      throw new EnvolError(
        'ENVOL_BENCHMARK_INVALID_DECORATOR',
        `@Benchmark on ${where}: ${other.where} is called "${name}" too`,
        'Give one of them a name of its own: @Benchmark({ name }).',
      );
    }
    byName.set(name, benchmark);
  }
}
