import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checkinSchema, type Checkin, type NewCheckin } from '../contract/schemas.js';

/** A write: until it is confirmed, it may be there or not. */
export interface PendingWrite {
  readonly checkin: NewCheckin;
}

/** What a read of a user's check-ins must show, as it was known when the read began. */
export interface CheckinsExpectation {
  readonly userId: number;
  readonly known: readonly Checkin[];
}

const answerSchema = z.array(checkinSchema);

/**
 * Keeps what was written, and judges what is read: what was confirmed before a read began is there with the same
 * values, a write that is under way or of unknown outcome is there once or not at all, nothing else is, and the latest
 * comes first.
 */
export class CheckinLedger {
  readonly #known = new Map<number, Map<string, Checkin>>();
  readonly #pending = new Map<number, Set<PendingWrite>>();
  readonly #sighted = new Set<PendingWrite>();

  /** Takes in what earlier runs left. */
  remember(checkins: readonly Checkin[]): void {
    for (const checkin of checkins) entryOf(this.#known, checkin.userId, newMap).set(checkin.id, checkin);
  }

  /** To be called before the write is sent. */
  begin(checkin: NewCheckin): PendingWrite {
    const write = { checkin };
    entryOf(this.#pending, checkin.userId, newSet).add(write);
    return write;
  }

  /**
   * Takes the answer to a write.
   *
   * @returns what is wrong with it, or `undefined`; a write that was answered wrongly stays of unknown outcome
   */
  confirm(write: PendingWrite, body: unknown): string | undefined {
    const answer = checkinSchema.strict().safeParse(body);
    if (!answer.success) return 'not a check-in';
    const { userId, cityId } = answer.data;
    if (!isDeepStrictEqual({ userId, cityId }, write.checkin)) return `user ${userId} in ${cityId} was not sent`;
    this.#pending.get(userId)?.delete(write);
    this.remember([answer.data]);
    return undefined;
  }

  /** To be called before a read is sent. */
  expect(userId: number): CheckinsExpectation {
    return { userId, known: [...(this.#known.get(userId)?.values() ?? [])] };
  }

  /** @returns what is wrong in the answer to a read of at most `limit`, or `undefined` */
  wrongIn(body: unknown, { userId, known }: CheckinsExpectation, limit: number): string | undefined {
    const answer = answerSchema.safeParse(body);
    if (!answer.success) return 'not a list of check-ins';
    const found = answer.data;
    if (found.length > limit) return `${found.length} check-ins instead of at most ${limit}`;
    return wrongOrder(found) ?? this.#strangerIn(found, userId) ?? missingIn(found, known, limit);
  }

  /** What became of the writes that were never confirmed, as far as it was read since. */
  get unconfirmed(): { readonly found: number; readonly absent: number } {
    const writes = [...this.#pending.values()].flatMap((ofUser) => [...ofUser]);
    const found = writes.filter((write) => this.#sighted.has(write)).length;
    return { found, absent: writes.length - found };
  }

  /** Something that was not written, or has other values, or is there twice. */
  #strangerIn(found: readonly Checkin[], userId: number): string | undefined {
    const known = this.#known.get(userId);
    const pending = new Set(this.#pending.get(userId));
    const stranger = found.find((checkin) => {
      const written = known?.get(checkin.id);
      if (written !== undefined) return !isDeepStrictEqual(checkin, written);
      const write = [...pending].find((candidate) => isOf(checkin, candidate));
      if (write === undefined) return true;
      this.#sighted.add(write);
      pending.delete(write);
      return false;
    });
    return stranger && `${JSON.stringify(stranger)} was not written so`;
  }
}

function isOf({ userId, cityId }: Checkin, { checkin }: PendingWrite): boolean {
  return userId === checkin.userId && cityId === checkin.cityId;
}

/** The latest first, ties by id, none twice. */
function wrongOrder(found: readonly Checkin[]): string | undefined {
  const place = found.findIndex((checkin, index) => {
    const before = found[index - 1];
    return before !== undefined && !comesBefore(before, checkin);
  });
  return place < 0 ? undefined : `check-in ${place + 1} is not older than the one before it`;
}

function missingIn(found: readonly Checkin[], known: readonly Checkin[], limit: number): string | undefined {
  const ids = new Set(found.map(({ id }) => id));
  const last = found.length < limit ? undefined : found.at(-1);
  const missing = known.find((checkin) => !ids.has(checkin.id) && (last === undefined || comesBefore(checkin, last)));
  return missing && `${JSON.stringify(missing)} is missing`;
}

function comesBefore(a: Checkin, b: Checkin): boolean {
  return a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);
}

function newMap(): Map<string, Checkin> {
  return new Map();
}

function newSet(): Set<PendingWrite> {
  return new Set();
}

function entryOf<T>(entries: Map<number, T>, key: number, create: () => T): T {
  const entry = entries.get(key) ?? create();
  entries.set(key, entry);
  return entry;
}
