import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { isEnvolError } from './errors.js';
import { byteSize, callable, duration, optionsObject, resolveOptions } from './options.js';

const schema = optionsObject({
  ttl: duration().default(1_000),
  size: byteSize().optional(),
  items: z.int().positive().default(10),
  onError: callable<(error: Error) => void>().optional(),
  nested: optionsObject({ timeout: duration().default(5) }).prefault({}),
});

const resolve = (raw: unknown) => resolveOptions({ lib: 'load-balancer', what: 'X options' }, schema, raw);

function problemOf(raw: unknown): string {
  try {
    resolve(raw);
  } catch (error) {
    if (isEnvolError(error, 'ENVOL_LOAD_BALANCER_INVALID_OPTIONS')) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('resolveOptions', () => {
  it('fills in the defaults and turns units into numbers', () => {
    expect(resolve({ ttl: '5m', size: '2kb' })).toEqual({
      ttl: 300_000,
      size: 2_048,
      items: 10,
      nested: { timeout: 5 },
    });
  });

  it('refuses an unknown key and names the nearest known one, at any depth', () => {
    expect(problemOf({ tll: 5 })).toContain('"tll" is not an option, did you mean "ttl"?');
    expect(problemOf({ nested: { tiemout: 5 } })).toContain(
      'nested: "tiemout" is not an option, did you mean "timeout"?',
    );
  });

  it('lists the known keys when none is near', () => {
    expect(problemOf({ colour: 'red' })).toContain('"colour" is not an option, known are ttl, size, items');
  });

  it('names every field that is wrong at once', () => {
    const problem = problemOf({ ttl: 'soon', items: 0, onError: 'log' });
    expect(problem).toContain(`ttl: expected a duration such as 250, '250ms' or '5m', got "soon"`);
    expect(problem).toContain('items: ');
    expect(problem).toContain('onError: expected a function');
  });

  it('refuses a duration of zero', () => {
    expect(problemOf({ ttl: 0 })).toContain('ttl: expected a duration');
  });

  it('leaves objects that it only passes on as they are', () => {
    const store = { name: 'mine', create: () => 1 };
    const passing = optionsObject({ store: z.custom<typeof store>(() => true) });
    const options = resolveOptions({ lib: 'x', what: 'X options' }, passing, { store });
    expect(options.store).toBe(store);
    expect(Object.isFrozen(store)).toBe(false);
  });

  it('says what it got, whatever that was', () => {
    expect(problemOf({ ttl: 5n })).toContain('got 5');
    expect(problemOf({ ttl: Infinity })).toContain('got Infinity');
  });

  it('freezes what it gives back, and leaves the given object alone', () => {
    const raw = { nested: { timeout: 7 } };
    const options = resolve(raw);
    expect(Object.isFrozen(options)).toBe(true);
    expect(Object.isFrozen(options.nested)).toBe(true);
    expect(Object.isFrozen(raw.nested)).toBe(false);
  });
});
