import 'reflect-metadata';
import { Inject, type InjectionToken } from '@nestjs/common';

/**
 * Puts `wrapper` in the place of a decorated method. The name and all metadata of the original go with it (routes,
 * guards, message patterns ...), so that the order of decorators does not matter.
 */
export function wrapMethod<A extends readonly unknown[], R>(
  descriptor: TypedPropertyDescriptor<(...args: A) => R>,
  original: (...args: A) => R,
  wrapper: (this: object, ...args: A) => R,
): void {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  }
  descriptor.value = wrapper;
}

/**
 * Has Nest put the provider behind `token` into `instance[slot]` of every instance of the decorated class and its
 * subclasses. This is how a decorator reaches its engine, also in request-scoped providers and with two apps in one
 * process. Decorating several methods of a class asks for it once.
 */
export function injectIntoSlot(prototype: object, slot: symbol, token: InjectionToken): void {
  if (Reflect.getMetadata(slot, prototype) === true) return;
  Reflect.defineMetadata(slot, true, prototype);
  Inject(token)(prototype, slot);
}
