import 'reflect-metadata';
import { callable, EnvolError, optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';

const METADATA = 'envol:benchmark:method';

/** How a method is measured. `I` are its arguments, `T` is its class. */
export interface BenchmarkMethodOptions<I extends readonly unknown[], T extends object> {
  /** Name in the report, one in the application. Default: `Class.method`, of the class that is provided. */
  readonly name?: string;
  /** Lists of arguments, taken in turn. Default: none. */
  readonly inputs?: readonly I[];
  /** Called with the instance before anything is measured, once in each fork; may be asynchronous. */
  readonly setup?: (instance: T) => unknown;
  /** Called with the instance when all is measured, before the application closes; may be asynchronous. */
  readonly teardown?: (instance: T) => unknown;
  /** Whether the others are compared with this one. Default: with the first. */
  readonly baseline?: boolean;
}

/** What {@link Benchmark} leaves on a method. @internal */
export interface BenchmarkMethodMetadata {
  readonly name?: string | undefined;
  readonly inputs?: readonly (readonly unknown[])[] | undefined;
  readonly setup?: ((instance: object) => unknown) | undefined;
  readonly teardown?: ((instance: object) => unknown) | undefined;
  readonly baseline: boolean;
}

const schema = optionsObject({
  name: z.string().min(1).optional(),
  inputs: z.array(z.array(z.unknown())).min(1).optional(),
  setup: callable<(instance: object) => unknown>().optional(),
  teardown: callable<(instance: object) => unknown>().optional(),
  baseline: z.boolean().default(false),
});

/**
 * Marks a method of a provider or controller as a benchmark, above or below other decorators. `nestBenchmarks` measures
 * it in a fork that has the real application. It only leaves metadata: calls of the method cost nothing more.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` and `ENVOL_BENCHMARK_INVALID_DECORATOR` when the class is defined
 */
export function Benchmark<I extends unknown[] | [] = [], T extends object = object>(
  options: BenchmarkMethodOptions<I, T> = {},
) {
  return <M extends (...args: I) => unknown>(
    prototype: T,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const isStatic = typeof prototype === 'function';
    const what = `@Benchmark on ${(isStatic ? prototype : prototype.constructor).name}.${String(property)}`;
    if (typeof descriptor.value !== 'function') throw wrongUse(`${what}: it is not a method`);
    if (isStatic) throw wrongUse(`${what}: the method is static`);
    if (typeof property === 'symbol') throw wrongUse(`${what}: the name of the method is a symbol`);
    const metadata: BenchmarkMethodMetadata = resolveOptions({ lib: 'benchmark', what }, schema, options);
    Reflect.defineMetadata(METADATA, metadata, prototype, property);
  };
}

/** What {@link Benchmark} left on a method, that of a base class too, whatever other decorators made of it. @internal */
export function benchmarkMetadata(prototype: object, method: string): BenchmarkMethodMetadata | undefined {
  const metadata: BenchmarkMethodMetadata | undefined = Reflect.getMetadata(METADATA, prototype, method);
  return metadata;
}

function wrongUse(message: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_DECORATOR',
    message,
    'Put it on a method of the instances of a provider or controller.',
  );
}
