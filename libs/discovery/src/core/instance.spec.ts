import { describe, expect, it } from '@jest/globals';
import { addressRules } from './address-rules.js';
import { isRefused, readInstance } from './instance.js';

const report = {
  id: 'a',
  host: '10.0.0.1',
  port: 80,
  weight: 1,
  tags: ['x'],
  meta: { b: '2', a: '1' },
  health: 'passing',
};
const read = (changes: object) => readInstance({ ...report, ...changes }, addressRules());

describe('readInstance', () => {
  it('reads an instance, and freezes it', () => {
    const instance = read({ version: '1.2', zone: 'eu-1a', more: 'is left out' });
    expect(instance).toEqual({ ...report, version: '1.2', zone: 'eu-1a' });
    expect(Object.isFrozen(instance)).toBe(true);
    expect(() => Reflect.apply(Array.prototype.push, Reflect.get(instance, 'tags'), ['y'])).toThrow(TypeError);
  });

  it.each([
    [{ port: 0 }, /^port: /],
    [{ port: 65_536 }, /^port: /],
    [{ port: 80.5 }, /^port: /],
    [{ port: '80' }, /^port: /],
    [{ host: '' }, /^host: /],
    [{ host: 'http://10.0.0.1' }, /^host: /],
    [{ host: '169.254.169.254' }, /link-local/],
    [{ id: '' }, /^id: /],
    [{ id: 'x'.repeat(513) }, /^id: /],
    [{ id: 'a\n[Nest] ERROR forged' }, /^id: expected text without control characters/],
    [{ id: 'a\u001b[2J' }, /^id: /],
    [{ id: 'a\u009b2J' }, /^id: /],
    [{ id: 'a\u2028b' }, /^id: /],
    [{ meta: { 'a\nb': 'x' } }, /^meta\.ab: /],
    [{ weight: -1 }, /^weight: /],
    [{ weight: Number.NaN }, /^weight: /],
    [{ tags: Array.from({ length: 65 }, () => 't') }, /^tags: /],
    [{ tags: ['x'.repeat(513)] }, /^tags\.0: /],
    [{ meta: { a: 1 } }, /^meta\.a: /],
    [{ meta: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])) }, /^meta: /],
    [{ health: 'splendid' }, /^health: /],
  ])('refuses %j, and says why', (changes, reason) => {
    const refused = read(changes);
    expect(isRefused(refused) && refused.reason).toMatch(reason);
  });

  it.each([undefined, null, 'text', 7, [], {}])('refuses %j', (entry) => {
    expect(isRefused(readInstance(entry, addressRules()))).toBe(true);
  });

  it('drops control characters of what only describes an instance', () => {
    const dirty = { tags: ['fa\nst'], version: '1\u001b.2', zone: 'eu\u0000', meta: { note: 'one\r\ntwo' } };
    expect(read(dirty)).toMatchObject({ tags: ['fast'], version: '1.2', zone: 'eu', meta: { note: 'onetwo' } });
  });

  it('names what it refuses without control characters', () => {
    expect(read({ id: 'a\nb' })).toMatchObject({ id: 'ab' });
  });

  it('takes no prototype from meta', () => {
    const instance = readInstance(
      { ...report, meta: JSON.parse('{"__proto__":"x","constructor":"y"}') as unknown },
      addressRules(),
    );
    expect(Object.getPrototypeOf(Reflect.get(instance, 'meta'))).toBe(Object.getPrototypeOf({}));
  });
});
