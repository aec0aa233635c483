import {
  callable,
  duration,
  EnvolError,
  injectIntoSlot,
  isEnvolError,
  optionsObject,
  resolveOptions,
  wrapMethod,
  type Duration,
} from '@envol/common';
import { Reflector } from '@nestjs/core';
import { z } from 'zod';
import { Caches } from '../core/caches.js';
import { compileKeyTemplate } from '../core/key-template.js';

/** Options of {@link Cached}. */
export interface CachedOptions<A extends unknown[] = unknown[]> {
  /** A template of the arguments (`'city:{0}'`, `'user:{0.id}'`), or a function of them. */
  readonly key: string | ((...args: A) => string);
  /** How long the answer is kept. Default: the `ttl` of the CacheModule. */
  readonly ttl?: Duration;
  /** Which of the CacheModule's stores. Default: its default one. */
  readonly store?: string;
}

/** What {@link Cached} leaves on a method, for the check at start. */
export const CachedMetadata = Reflector.createDecorator<Pick<CachedOptions, 'store'>>({ key: 'envol:cache:cached' });

/** Where an instance has its {@link Caches}. Nest shows the description when it finds no CacheModule. */
export const CACHES_SLOT = Symbol.for('envol:cache:caches (import CacheModule.forRoot)');

const cachedOptionsSchema = optionsObject({
  key: z.union([z.string(), callable<(...args: never[]) => string>()], 'expected a template or a function'),
  ttl: duration().optional(),
  store: z.string().optional(),
});

/**
 * Keeps the answers of a method that returns a promise: a provider's or a controller's, above or below Nest's own
 * decorators. Calls with the same key at the same time share one run. An instance that Nest did not build (`new` in a
 * unit test) has no cache: there the method is just itself, as it is when it is called without its `this`
 * (`list.map(service.method)`).
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS` and `ENVOL_CACHE_INVALID_DECORATOR` when the class is defined
 */
export function Cached<A extends unknown[]>(options: CachedOptions<A>) {
  return <B extends [...A, ...unknown[]], R>(
    prototype: object,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<(...args: B) => Promise<R>>,
  ): void => {
    const method = descriptor.value;
    const where = `@Cached on ${prototype.constructor.name}.${String(property)}`;
    if (method === undefined) throw wrongUse(where, 'it is not a method');
    const { ttl, store } = resolveOptions({ lib: 'cache', what: where }, cachedOptionsSchema, options);
    const keyOf = typeof options.key === 'string' ? compile(options.key, where) : options.key;
    const writeOptions = ttl === undefined ? {} : { ttl };

    const cached = function (this: unknown, ...args: B): Promise<R> {
      const run = () => method.apply(this, args);
      const caches: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, CACHES_SLOT) : undefined;
      if (!(caches instanceof Caches)) return run();
      try {
        const cacheKey: string = Reflect.apply(keyOf, undefined, args);
        return caches.get(store).getOrSet(cacheKey, run, writeOptions);
      } catch (error) {
        return Promise.reject(error);
      }
    };

    injectIntoSlot(prototype, CACHES_SLOT, Caches);
    wrapMethod(descriptor, method, cached);
    CachedMetadata(store === undefined ? {} : { store })(prototype, property, descriptor);
  };
}

function compile(template: string, where: string) {
  try {
    return compileKeyTemplate(template);
  } catch (error) {
    throw isEnvolError(error) ? wrongUse(where, error.message, error.hint) : error;
  }
}

function wrongUse(where: string, problem: string, hint = 'Put it on a method that returns a promise.'): EnvolError {
  return new EnvolError('ENVOL_CACHE_INVALID_DECORATOR', `${where}: ${problem}`, hint);
}
