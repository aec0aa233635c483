import { describe, it, expect } from '@jest/globals';
import { ManualClock } from '@envol/common/testing';
import fc from 'fast-check';
import { openCursor, sealCursor } from './cursor.js';

const clock = new ManualClock();
const secrets = ['the current secret'];
const options = { secrets, context: 'cities by name', clock };
const invalid = expect.objectContaining({ code: 'ENVOL_SHARDING_INVALID_CURSOR' });
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constant(null),
);

describe('a cursor', () => {
  it('gives the values back with their types', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (payload) => {
        const opened = openCursor(sealCursor(payload, { ...options, expiresIn: '1h' }), options);
        expect(opened).toEqual(payload.map((entry) => (Object.is(entry, -0) ? 0 : entry)));
      }),
    );
  });

  it('shows nothing of its values and is safe in a URL', () => {
    const cursor = sealCursor(['Timbuktu'], { ...options, expiresIn: '1h' });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('Timbuktu');
  });

  it('does not open after any change', () => {
    const bytes = Buffer.from(sealCursor([1, 'a'], { ...options, expiresIn: '1h' }), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect(() => openCursor(forged.toString('base64url'), options)).toThrow(invalid);
    }
  });

  it.each([[''], ['a'], ['%%%'], ['A'.repeat(5_000)], ['AQ'], [`AQ${'A'.repeat(100)}`]])('is not %p', (text) => {
    expect(() => openCursor(text, options)).toThrow(invalid);
  });

  it('does not open when its time is over, for another context, or with another secret', () => {
    const cursor = sealCursor([1], { ...options, expiresIn: '1m' });
    const later = new ManualClock(clock.now() + 60_000);
    expect(() => openCursor(cursor, { ...options, clock: later })).toThrow('has expired');
    expect(() => openCursor(cursor, { ...options, context: 'other' })).toThrow(invalid);
    expect(() => openCursor(cursor, { ...options, secrets: ['another secret, long'] })).toThrow(invalid);
  });

  it('opens with the previous secret while secrets are rotated', () => {
    const cursor = sealCursor([1], { ...options, expiresIn: '1h' });
    expect(openCursor(cursor, { ...options, secrets: ['the next secret !', ...secrets] })).toEqual([1]);
  });

  it('refuses short secrets, a bad lifetime and values that are too long', () => {
    expect(() => sealCursor([1], { ...options, secrets: ['short'], expiresIn: '1h' })).toThrow('missing or short');
    expect(() => openCursor('a', { ...options, secrets: [] })).toThrow('missing or short');
    expect(() => sealCursor([1], { ...options, expiresIn: -1 })).toThrow('expiresIn');
    expect(() => sealCursor(['x'.repeat(4_000)], { ...options, expiresIn: '1h' })).toThrow('of 4096 allowed');
  });
});
