import { EnvolError, injectIntoSlot, wrapMethod } from '@envol/common';
import { Reflector } from '@nestjs/core';
import { isObservable } from 'rxjs';
import { PerformanceMonitor } from '../core/performance-monitor.js';
import { settled } from '../core/settled.js';
import { measuredObservable } from './measured-observable.js';

/** What {@link Measure} leaves on a method, for the check at start. */
export const MeasureMetadata = Reflector.createDecorator<{ readonly key: string }>({
  key: 'envol:performance:measure',
});

/** Where an instance has its {@link PerformanceMonitor}. Nest shows the description when it finds no PerformanceModule. */
export const MONITOR_SLOT = Symbol.for('envol:performance:monitor (import PerformanceModule.forRoot)');

/**
 * Measures a method of a provider or controller, above or below Nest's own decorators: until it returns, until its
 * promise settles, or from a subscription to its Observable until that completes. An instance that Nest did not build
 * (`new` in a unit test) has no monitor: there the method is just itself, as it is when it is called without its `this`
 * (`list.map(service.method)`).
 *
 * @param key default: `Class.method`, of the class that declares the method
 * @throws EnvolError `ENVOL_PERFORMANCE_INVALID_DECORATOR` when the class is defined
 */
export function Measure(key?: string) {
  return <A extends unknown[], R>(
    prototype: object,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<(...args: A) => R>,
  ): void => {
    const method = descriptor.value;
    const name = `${prototype.constructor.name}.${String(property)}`;
    if (method === undefined) throw wrongUse(`@Measure on ${name}: it is not a method`);
    if (key === '') throw wrongUse(`@Measure on ${name}: the key is empty`);
    const measureKey = key ?? name;

    const measured = function (this: unknown, ...args: A): R {
      const monitor: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, MONITOR_SLOT) : undefined;
      const run = () => method.apply(this, args);
      return monitor instanceof PerformanceMonitor ? measure(monitor, measureKey, run) : run();
    };

    injectIntoSlot(prototype, MONITOR_SLOT, PerformanceMonitor);
    wrapMethod(descriptor, method, measured);
    MeasureMetadata({ key: measureKey })(prototype, property, descriptor);
  };
}

/** As `monitor.measure`, and for Observables too. */
function measure<R>(monitor: PerformanceMonitor, key: string, run: () => R): R;
function measure(monitor: PerformanceMonitor, key: string, run: () => unknown): unknown {
  const end = monitor.startTimer(key);
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    end('error');
    throw error;
  }
  if (isObservable(result)) return measuredObservable(result, () => ({ end: monitor.startTimer(key) }));
  return settled(result, end);
}

function wrongUse(message: string): EnvolError {
  return new EnvolError('ENVOL_PERFORMANCE_INVALID_DECORATOR', message, 'Put it on a method, with a key or without.');
}
