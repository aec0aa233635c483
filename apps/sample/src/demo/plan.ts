import type { Random } from '@envol/common';
import type { NewCheckin } from '../contract/schemas.js';
import type { ReferenceData } from './reference-data.js';
import type { DemoRequest } from './requests.js';
import { ZipfSampler } from './zipf.js';

/**
 * How uneven the demand is. The first thousand of the 135,233 cities get 60 % of it: enough for the cache to show what
 * it is good for, and the long tail still reaches the replicas.
 */
export const ZIPF_EXPONENT = 1;

/** How often each kind is drawn; the pages and read-backs that follow come on top. */
const MIX: readonly (readonly [kind: DemoRequest['kind'], weight: number])[] = [
  ['city', 70],
  ['checkins', 10],
  ['check-in', 5],
  ['top', 4],
  ['stats', 4],
  ['page', 3],
];
const KINDS = MIX.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

const TOP_LIMITS: readonly number[] = [5, 10, 20, 50];
const PAGE_LIMIT = 20;
/** Of one country. */
const MOST_PAGES = 5;

/** Far from the ids that a person would try. */
const FIRST_USER = 2_000_000_001;
export const DEMO_USERS: readonly number[] = Array.from({ length: 200 }, (_, index) => FIRST_USER + index);

/** Seconds from a request to the one that follows it. */
const FOLLOW_UP_DELAY = 0.4;

/** How many requests, and how many of them a second. */
export interface PlanSize {
  readonly count: number;
  readonly rate: number;
}

/**
 * Lays out the whole load beforehand, one request for each slot of the schedule: the same `random` gives the same
 * requests. A page is followed by the next one, and a write by a read of it.
 */
export function planRequests(data: ReferenceData, { count, rate }: PlanSize, random: Random): DemoRequest[] {
  const drawer = new RequestDrawer(data, random);
  const delay = Math.max(1, Math.round(rate * FOLLOW_UP_DELAY));
  const followUps = new Map<number, DemoRequest>();
  return Array.from({ length: count }, (_, slot) => {
    const request = followUps.get(slot) ?? drawer.next();
    const followUp = followUpOf(request, data);
    if (followUp !== undefined) followUps.set(firstFree(followUps, slot + delay), followUp);
    return request;
  });
}

function firstFree(taken: ReadonlyMap<number, unknown>, from: number): number {
  let slot = from;
  while (taken.has(slot)) slot += 1;
  return slot;
}

function followUpOf(request: DemoRequest, data: ReferenceData): DemoRequest | undefined {
  if (request.kind === 'check-in') return { kind: 'checkins', userId: request.checkin.userId, written: request };
  if (request.kind !== 'page') return undefined;
  const offset = request.offset + request.limit;
  const isLast = offset >= Math.min(request.limit * MOST_PAGES, data.citiesOf(request.country).length);
  return isLast ? undefined : { ...request, offset, previous: request };
}

/** Draws requests that follow from none. */
class RequestDrawer {
  readonly #data: ReferenceData;
  readonly #random: Random;
  readonly #rank: ZipfSampler;
  readonly #written = new Set<string>();

  constructor(data: ReferenceData, random: Random) {
    this.#data = data;
    this.#random = random;
    this.#rank = new ZipfSampler(data.cities.length, ZIPF_EXPONENT, random);
  }

  next(): DemoRequest {
    const kind = this.#pick(KINDS);
    switch (kind) {
      case 'city':
        return { kind, city: this.#city() };
      case 'top':
        return { kind, limit: this.#pick(TOP_LIMITS) };
      case 'page':
        return { kind, country: this.#city().country, limit: PAGE_LIMIT, offset: 0 };
      case 'stats':
        return { kind, country: this.#city().country };
      case 'checkins':
        return { kind, userId: this.#pick(DEMO_USERS) };
      default:
        return { kind, checkin: this.#newCheckin() };
    }
  }

  /** The more people, the more readers. */
  #city() {
    const city = this.#data.cities[this.#rank.next()];
    if (city === undefined) throw new Error('there are no cities');
    return city;
  }

  /** No user checks in twice in one city, so that a write that was carried out twice shows. */
  #newCheckin(): NewCheckin {
    for (;;) {
      const checkin = { userId: this.#pick(DEMO_USERS), cityId: this.#city().id };
      const key = `${checkin.userId}:${checkin.cityId}`;
      if (this.#written.has(key)) continue;
      this.#written.add(key);
      return checkin;
    }
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }
}
