import { z } from 'zod';
import { checkinSchema } from '../contract/schemas.js';
import type { Answer, AtlasClient } from './atlas-client.js';
import { wrongIn } from './check-answer.js';
import type { CheckinLedger } from './checkin-ledger.js';
import type { ReferenceData } from './reference-data.js';
import type {
  CheckInRequest,
  CheckinsRequest,
  CityRequest,
  DemoRequest,
  PageRequest,
  StatsRequest,
  TopRequest,
} from './requests.js';
import type { Outcome } from './tally.js';

/** The most that the API gives at once. */
const MOST_CHECKINS = 100;
const READ_BACK_LIMIT = 20;

const RIGHT: Outcome = { kind: 'right' };

/** Of a write whose outcome is unknown, or that was surely not carried out: both are legal while a replica dies. */
const UNAVAILABLE: ReadonlySet<number> = new Set([502, 503, 504]);

const nextSchema = z.object({ next: z.string() });
const problemSchema = z.object({ code: z.string() });

/** Sends requests and checks what comes back. */
export class RequestRunner {
  readonly #client: Pick<AtlasClient, 'get' | 'post'>;
  readonly #data: ReferenceData;
  readonly #ledger: CheckinLedger;
  /** The cursor that each page gave, for the page that follows. */
  readonly #cursors = new WeakMap<PageRequest, Promise<string | undefined>>();
  /** Settled when the write is, for the read that follows. */
  readonly #writes = new WeakMap<CheckInRequest, Promise<Outcome>>();

  constructor(client: Pick<AtlasClient, 'get' | 'post'>, data: ReferenceData, ledger: CheckinLedger) {
    this.#client = client;
    this.#data = data;
    this.#ledger = ledger;
  }

  /** Never rejects. */
  run(request: DemoRequest): Promise<Outcome> {
    switch (request.kind) {
      case 'city':
        return this.#read(`/cities/${request.city.id}`, request);
      case 'top':
        return this.#read(`/cities/top?limit=${request.limit}`, request);
      case 'stats':
        return this.#read(`/countries/${request.country}/stats`, request);
      case 'page':
        return this.#page(request);
      case 'checkins':
        return this.#checkins(request);
      default:
        return this.#checkIn(request);
    }
  }

  /**
   * Takes over what earlier runs left of this user.
   *
   * @returns what went wrong, or `undefined`
   */
  async learn(userId: number): Promise<string | undefined> {
    const path = checkinsPath(userId, MOST_CHECKINS);
    const answer = await this.#ask(() => this.#client.get(path));
    const checkins = z.array(checkinSchema).safeParse(answer.body);
    if (!checkins.success) return `GET ${path}: ${describe(answer)}`;
    this.#ledger.remember(checkins.data);
    return undefined;
  }

  /** Reads all check-ins of a user, when nothing is under way any more. */
  audit(userId: number): Promise<Outcome> {
    return this.#readCheckins(userId, MOST_CHECKINS);
  }

  async #read(path: string, request: CityRequest | TopRequest | StatsRequest): Promise<Outcome> {
    const answer = await this.#ask(() => this.#client.get(path));
    return judged(path, answer, () => wrongIn(answer.body, request, this.#data));
  }

  #page(request: PageRequest): Promise<Outcome> {
    const answered = this.#askPage(request);
    this.#cursors.set(
      request,
      answered.then(({ next }) => next),
    );
    return answered.then(({ outcome }) => outcome);
  }

  async #askPage(request: PageRequest): Promise<{ outcome: Outcome; next?: string | undefined }> {
    const { country, limit, previous } = request;
    const path = `/countries/${country}/cities?limit=${limit}`;
    const after = previous && (await this.#cursors.get(previous));
    if (previous !== undefined && after === undefined)
      return { outcome: { kind: 'failed', problem: `GET ${path}: the page before gave no cursor` } };
    const answer = await this.#ask(() => this.#client.get(after === undefined ? path : `${path}&after=${after}`));
    return {
      outcome: judged(path, answer, () => wrongIn(answer.body, request, this.#data)),
      next: nextSchema.safeParse(answer.body).data?.next,
    };
  }

  async #checkins({ userId, written }: CheckinsRequest): Promise<Outcome> {
    if (written !== undefined) await this.#writes.get(written);
    return this.#readCheckins(userId, READ_BACK_LIMIT);
  }

  async #readCheckins(userId: number, limit: number): Promise<Outcome> {
    const path = checkinsPath(userId, limit);
    const expectation = this.#ledger.expect(userId);
    const answer = await this.#ask(() => this.#client.get(path));
    return judged(path, answer, () => this.#ledger.wrongIn(answer.body, expectation, limit));
  }

  #checkIn(request: CheckInRequest): Promise<Outcome> {
    const outcome = this.#write(request);
    this.#writes.set(request, outcome);
    return outcome;
  }

  async #write({ checkin }: CheckInRequest): Promise<Outcome> {
    const write = this.#ledger.begin(checkin);
    const answer = await this.#ask(() => this.#client.post('/checkins', checkin));
    const problem = `POST /checkins ${JSON.stringify(checkin)}: ${describe(answer)}`;
    if (answer.status === undefined || UNAVAILABLE.has(answer.status)) return { kind: 'failed', problem };
    if (answer.status !== 201) return { kind: 'wrong', problem };
    const wrong = this.#ledger.confirm(write, answer.body);
    return wrong === undefined ? RIGHT : { kind: 'wrong', problem: `${problem} (${wrong})` };
  }

  /** Without a status when there was no answer. */
  async #ask(send: () => Promise<Answer>): Promise<Partial<Answer>> {
    try {
      return await send();
    } catch (error) {
      return { body: error instanceof Error ? error.message : error };
    }
  }
}

function checkinsPath(userId: number, limit: number): string {
  return `/users/${userId}/checkins?limit=${limit}`;
}

function judged(path: string, answer: Partial<Answer>, check: () => string | undefined): Outcome {
  if (answer.status !== 200) return { kind: 'failed', problem: `GET ${path}: ${describe(answer)}` };
  const wrong = check();
  return wrong === undefined ? RIGHT : { kind: 'wrong', problem: `GET ${path}: ${wrong}` };
}

function describe({ status, body }: Partial<Answer>): string {
  const code = problemSchema.safeParse(body).data?.code;
  if (status === undefined) return `no answer (${String(body)})`;
  return code === undefined ? `${status}` : `${status} ${code}`;
}
