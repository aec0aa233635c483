import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Checkin } from '../contract/schemas.js';
import { CheckinLedger } from './checkin-ledger.js';

const USER = 7;
const LIMIT = 20;

/** Check-in `number` of the user, in a city of that number, `number` seconds after noon. */
function checkin(number: number): Checkin {
  const twoDigits = String(number).padStart(2, '0');
  return {
    id: `00000000-0000-4000-8000-0000000000${twoDigits}`,
    userId: USER,
    cityId: number,
    createdAt: `2030-01-01T12:00:${twoDigits}.000Z`,
  };
}

const [FIRST, SECOND, THIRD] = [checkin(1), checkin(2), checkin(3)];
let ledger: CheckinLedger;

beforeEach(() => {
  ledger = new CheckinLedger();
});

function write({ userId, cityId }: Checkin) {
  return ledger.begin({ userId, cityId });
}

function wrongIn(body: unknown, limit = LIMIT): string | undefined {
  return ledger.wrongIn(body, ledger.expect(USER), limit);
}

describe('the answer to a write', () => {
  it('is right with the values that were sent', () => {
    expect(ledger.confirm(write(FIRST), FIRST)).toBeUndefined();
    expect(ledger.unconfirmed).toEqual({ found: 0, absent: 0 });
  });

  it.each([
    ['of another user', { ...FIRST, userId: 8 }],
    ['of another city', { ...FIRST, cityId: 9 }],
    ['without an id', { ...FIRST, id: undefined }],
    ['with more than it should have', { ...FIRST, shard: 1 }],
    ['that is none', 'created'],
  ])('is wrong when it is one %s, and the write stays of unknown outcome', (_, body) => {
    expect(ledger.confirm(write(FIRST), body)).toEqual(expect.any(String));
    expect(ledger.unconfirmed).toEqual({ found: 0, absent: 1 });
  });
});

describe('a read', () => {
  beforeEach(() => {
    ledger.remember([FIRST]);
    ledger.confirm(write(SECOND), SECOND);
  });

  it('shows what was confirmed, the latest first', () => {
    expect(wrongIn([SECOND, FIRST])).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['a written one missing', [FIRST], SECOND.id],
    ['all missing', [], 'is missing'],
    ['the oldest first', [FIRST, SECOND], 'not older'],
    ['one twice', [SECOND, SECOND, FIRST], 'not older'],
    ['other values', [{ ...SECOND, cityId: 9 }, FIRST], 'was not written so'],
    ['another time', [{ ...SECOND, createdAt: '2030-01-01T12:00:09.000Z' }, FIRST], 'was not written so'],
    ['one that nobody wrote', [THIRD, SECOND, FIRST], 'was not written so'],
    ['no list', { error: 'no' }, 'not a list'],
  ])('is wrong with %s', (_, body, problem) => {
    expect(wrongIn(body)).toContain(problem);
  });

  it('shows only the latest when more were written than it may give', () => {
    expect(wrongIn([SECOND], 1)).toBeUndefined();
    expect(wrongIn([FIRST], 1)).toContain(SECOND.id);
    expect(wrongIn([SECOND, FIRST], 1)).toContain('at most 1');
  });

  it('orders those of the same moment by id', () => {
    const twin = { ...THIRD, createdAt: SECOND.createdAt };
    ledger.confirm(write(twin), twin);
    expect(wrongIn([SECOND, twin, FIRST])).toBeUndefined();
    expect(wrongIn([twin, SECOND, FIRST])).toContain('not older');
  });

  it('need not show what was confirmed after it began', () => {
    const expectation = ledger.expect(USER);
    ledger.confirm(write(THIRD), THIRD);
    expect(ledger.wrongIn([SECOND, FIRST], expectation, LIMIT)).toBeUndefined();
    expect(ledger.wrongIn([THIRD, SECOND, FIRST], expectation, LIMIT)).toBeUndefined();
    expect(wrongIn([SECOND, FIRST])).toContain(THIRD.id);
  });
});

describe('a write that is under way or of unknown outcome', () => {
  it('may be there once or not at all, and it is told which', () => {
    write(FIRST);
    write(SECOND);
    expect(wrongIn([])).toBeUndefined();
    expect(ledger.unconfirmed).toEqual({ found: 0, absent: 2 });
    expect(wrongIn([SECOND])).toBeUndefined();
    expect(wrongIn([SECOND, FIRST])).toBeUndefined();
    expect(ledger.unconfirmed).toEqual({ found: 2, absent: 0 });
  });

  it('is wrong when it is there twice', () => {
    write(FIRST);
    expect(wrongIn([{ ...SECOND, cityId: FIRST.cityId }, FIRST])).toContain('was not written so');
  });

  it('is wrong when it is there a second time after it was confirmed', () => {
    ledger.confirm(write(FIRST), FIRST);
    expect(wrongIn([{ ...SECOND, cityId: FIRST.cityId }, FIRST])).toContain('was not written so');
  });
});
