import { EnvolError } from '@envol/common';
import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestFactory, type IEntryNestModule } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BenchmarkMethodMetadata } from './benchmark.decorator.js';
import { findBenchmarks } from './find-benchmarks.js';

/** For contexts that write no log, and reject instead of ending the process. @internal */
export const QUIET = { logger: false, abortOnError: false } as const;

type Call = (input: readonly unknown[]) => unknown;

/** A `@Benchmark` method in a fork: on an instance of the real application, from {@link open} to {@link close}. @internal */
export class BenchmarkedMethod {
  #app: INestApplicationContext | undefined;
  #instance: object | undefined;
  /** Calls the method, and gives what to wait for. */
  call: Call = () => undefined;

  constructor(
    private readonly entry: IEntryNestModule,
    private readonly name: string,
    private readonly metadata: BenchmarkMethodMetadata,
  ) {}

  /** Creates the application, and calls the method once to see what it returns. */
  async open(): Promise<void> {
    this.#app = await NestFactory.createApplicationContext(this.entry, QUIET);
    const found = findBenchmarks(this.#app.get(ModulesContainer)).find(({ name }) => name === this.name);
    if (found === undefined) throw gone(this.name);
    this.#instance = await found.instance();
    await this.metadata.setup?.(this.#instance);
    this.call = await waiting(callOf(this.#instance, found.method), this.metadata.inputs?.[0] ?? []);
  }

  async close(): Promise<void> {
    if (this.#instance !== undefined) await this.metadata.teardown?.(this.#instance);
    await this.#app?.close();
  }
}

/** An Observable is subscribed to and waited for: what makes one has not done the work yet. */
async function waiting(call: Call, input: readonly unknown[]): Promise<Call> {
  const first = call(input);
  if (!isObservable(first)) {
    await first;
    return call;
  }
  await lastValueFrom(first, { defaultValue: undefined });
  return (args) => {
    const result = call(args);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  };
}

/** Few arguments are passed one by one: a call with a list costs some nanoseconds more, which would be measured too. */
function callOf(instance: object, name: string): Call {
  const method: unknown = Reflect.get(instance, name);
  if (typeof method !== 'function') throw new TypeError(`${name} is not a method of the instance`);
  return (args) => {
    switch (args.length) {
      case 0:
        return method.call(instance);
      case 1:
        return method.call(instance, args[0]);
      case 2:
        return method.call(instance, args[0], args[1]);
      default:
        return Reflect.apply(method, instance, args);
    }
  };
}

function gone(name: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_DECORATOR',
    `The application has no benchmark "${name}" when it runs, though its module has`,
    'Make what the module provides not depend on the process that imports it.',
  );
}
