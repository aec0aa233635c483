import { beforeEach, describe, expect, it } from '@jest/globals';
import type { City } from '../contract/schemas.js';
import type { Answer } from './atlas-client.js';
import { CheckinLedger } from './checkin-ledger.js';
import { ReferenceData } from './reference-data.js';
import { RequestRunner } from './request-runner.js';
import type { CheckInRequest, PageRequest } from './requests.js';

const CITY: City = { id: 1, name: 'One', country: 'CH', admin: '01', population: 9, latitude: 46, longitude: 6 };
const NEXT_CITY: City = { ...CITY, id: 2, population: 8 };
const DATA = new ReferenceData([CITY, NEXT_CITY]);
const RIGHT = { kind: 'right' };
const WRITE: CheckInRequest = { kind: 'check-in', checkin: { userId: 7, cityId: 1 } };
const WRITTEN = {
  id: '00000000-0000-4000-8000-000000000001',
  userId: 7,
  cityId: 1,
  createdAt: '2030-01-01T12:00:00.000Z',
};

/** Answers as a test says, by path. */
class FakeClient {
  readonly asked: string[] = [];
  readonly answers = new Map<string, () => Promise<Answer>>();

  answer(path: string, status: number, body: unknown): void {
    this.answers.set(path, async () => ({ status, body }));
  }

  get(path: string): Promise<Answer> {
    this.asked.push(path);
    return this.answers.get(path)?.() ?? Promise.reject(new Error('socket hang up'));
  }

  post(path: string): Promise<Answer> {
    return this.get(path);
  }
}

/** An answer that comes when the test says so. */
function lateAnswer() {
  let resolve: (answer: Answer) => void = () => undefined;
  const promise = new Promise<Answer>((settle) => (resolve = settle));
  return { promise, resolve };
}

let client: FakeClient;
let ledger: CheckinLedger;
let runner: RequestRunner;

beforeEach(() => {
  client = new FakeClient();
  ledger = new CheckinLedger();
  runner = new RequestRunner(client, DATA, ledger);
});

describe('a read', () => {
  it('is right, wrong, failed with a code, or failed without an answer', async () => {
    const request = { kind: 'city', city: CITY } as const;
    await expect(runner.run(request)).resolves.toEqual({
      kind: 'failed',
      problem: 'GET /cities/1: no answer (socket hang up)',
    });
    client.answer('/cities/1', 200, { ...CITY });
    await expect(runner.run(request)).resolves.toEqual(RIGHT);
    client.answer('/cities/1', 200, NEXT_CITY);
    await expect(runner.run(request)).resolves.toMatchObject({ kind: 'wrong' });
    client.answer('/cities/1', 503, { code: 'ENVOL_X' });
    await expect(runner.run(request)).resolves.toEqual({ kind: 'failed', problem: 'GET /cities/1: 503 ENVOL_X' });
  });
});

describe('a page', () => {
  const first: PageRequest = { kind: 'page', country: 'CH', limit: 1, offset: 0 };
  const second: PageRequest = { ...first, offset: 1, previous: first };
  const path = '/countries/CH/cities?limit=1';

  it('is asked for with the cursor of the one before it, also when that comes late', async () => {
    const late = lateAnswer();
    client.answers.set(path, () => late.promise);
    client.answer(`${path}&after=abc`, 200, { cities: [NEXT_CITY], next: null });
    const outcomes = [runner.run(first), runner.run(second)];
    expect(client.asked).toEqual([path]);
    late.resolve({ status: 200, body: { cities: [CITY], next: 'abc' } });
    await expect(Promise.all(outcomes)).resolves.toEqual([RIGHT, RIGHT]);
  });

  it('fails when the one before it gave no cursor', async () => {
    const outcomes = [runner.run(first), runner.run(second)];
    await expect(outcomes[1]).resolves.toMatchObject({ kind: 'failed', problem: expect.stringMatching(/no cursor/) });
  });
});

describe('a write', () => {
  const path = '/users/7/checkins?limit=20';

  it('is read back after it was answered', async () => {
    const late = lateAnswer();
    client.answers.set('/checkins', () => late.promise);
    client.answer(path, 200, []);
    const outcomes = [runner.run(WRITE), runner.run({ kind: 'checkins', userId: 7, written: WRITE })];
    expect(client.asked).toEqual(['/checkins']);
    late.resolve({ status: 201, body: WRITTEN });
    await expect(outcomes[0]).resolves.toEqual(RIGHT);
    await expect(outcomes[1]).resolves.toMatchObject({ kind: 'wrong', problem: expect.stringMatching(/missing/) });
  });

  it.each([502, 503, 504])('that is answered with %i failed and may be there', async (status) => {
    client.answer('/checkins', status, { code: 'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME' });
    await expect(runner.run(WRITE)).resolves.toMatchObject({ kind: 'failed' });
    client.answer('/users/7/checkins?limit=100', 200, [WRITTEN]);
    await expect(runner.audit(7)).resolves.toEqual(RIGHT);
    expect(ledger.unconfirmed).toEqual({ found: 1, absent: 0 });
  });

  it.each([
    [500, {}],
    [200, WRITTEN],
    [201, { ...WRITTEN, cityId: 2 }],
  ])('that is answered with %i %j is wrong', async (status, body) => {
    client.answer('/checkins', status, body);
    await expect(runner.run(WRITE)).resolves.toMatchObject({ kind: 'wrong' });
  });
});

describe('what earlier runs left', () => {
  const path = '/users/7/checkins?limit=100';

  it('is known from then on', async () => {
    client.answer(path, 200, [WRITTEN]);
    await expect(runner.learn(7)).resolves.toBeUndefined();
    client.answer(path, 200, []);
    await expect(runner.audit(7)).resolves.toMatchObject({ kind: 'wrong' });
  });

  it('is not taken from an error', async () => {
    client.answer(path, 503, { code: 'ENVOL_X' });
    await expect(runner.learn(7)).resolves.toBe(`GET ${path}: 503 ENVOL_X`);
  });
});
