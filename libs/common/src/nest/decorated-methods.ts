import { Scope } from '@nestjs/common';
import { Reflector, type DiscoveryService, type ReflectableDecorator } from '@nestjs/core';
import { discoverInstances } from './discover-instances.js';

/** A method of a provider or controller with a decorator on it. */
export interface DecoratedMethod<T> {
  /** What the decorator left on the method. */
  readonly metadata: T;
  readonly name: string | symbol;
  /** The class of the provider, which may inherit the method. */
  readonly targetClass: Function;
  /** `Class.method`, for messages. */
  readonly qualifiedName: string;
  /** `REQUEST` also for what injects something request-scoped. */
  readonly scope: Scope;
  /** The one instance; `undefined` with another scope than the default one, as instances are made later then. */
  readonly instance: object | undefined;
}

const reflector = new Reflector();

/**
 * Finds every method that has the metadata of `decorator`, for checks and engines that start with the application: call it
 * in `onModuleInit` or later. A method that a class inherits is one of its own; one that it overrides without the decorator
 * is not there. A class that several providers make instances of comes once for each of them.
 *
 * @param decorator made with `Reflector.createDecorator`
 */
export function* decoratedMethods<P, T>(
  discovery: DiscoveryService,
  decorator: ReflectableDecorator<P, T>,
): Generator<DecoratedMethod<T>, void> {
  for (const { instance, scope } of discoverInstances(discovery)) {
    for (const [name, method] of methodsOf(instance)) {
      const metadata: T | undefined = reflector.getAllAndOverride(decorator, [method]);
      if (metadata === undefined) continue;
      const targetClass = instance.constructor;
      const qualifiedName = `${targetClass.name}.${String(name)}`;
      const once = scope === Scope.DEFAULT ? instance : undefined;
      yield { metadata, name, targetClass, qualifiedName, scope, instance: once };
    }
  }
}

/** The methods of its class, inherited ones too. No getter is run. */
function* methodsOf(instance: object): Generator<readonly [string | symbol, Function], void> {
  const seen = new Set<string | symbol>();
  let prototype = Reflect.getPrototypeOf(instance);
  while (prototype !== null && prototype !== Object.prototype) {
    for (const name of Reflect.ownKeys(prototype)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const method: unknown = Reflect.getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof method === 'function') yield [name, method];
    }
    prototype = Reflect.getPrototypeOf(prototype);
  }
}
