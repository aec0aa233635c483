import { types } from 'node:util';

/** So many values are looked at for one entry; the rest is taken to be like them. Keeps an estimate at a few microseconds. */
const MAX_VISITS = 256;
/** So many elements are looked at in one list, object, Map or Set, spread evenly. */
const MAX_SAMPLES = 32;

/** What V8 needs on a 64-bit machine, about, in bytes. */
const SLOT = 8;
const OBJECT = 24;
const TEXT = 16;
const BUFFER = 96;
const HASH_SLOT = 24;
/** Date, RegExp, function, symbol, bigint, and what is not looked into. */
const OTHER = 64;
/** A list of holes can seem larger than any machine. */
const LARGEST = 2 ** 40;
/** The envelope of an entry and its place in the store. */
const ENTRY = 160;

/**
 * About how many bytes an entry takes in memory. An estimate: large values are sampled, what two entries share counts
 * for both, and private fields are not seen. It runs no code of the value: no getters, no proxies.
 */
export function estimateEntryBytes(key: string, value: unknown): number {
  return Math.min(Math.ceil(ENTRY + textBytes(key) + new Estimate().of(value)), LARGEST);
}

class Estimate {
  readonly #seen = new Set<object>();
  #visitsLeft = MAX_VISITS;

  of(value: unknown): number {
    this.#visitsLeft -= 1;
    if (typeof value === 'string') return textBytes(value);
    if (typeof value === 'object' && value !== null) return this.#once(value);
    return typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol' ? OTHER : 0;
  }

  /** What is met again, as in a cycle, takes no more memory. */
  #once(value: object): number {
    if (this.#seen.has(value)) return 0;
    this.#seen.add(value);
    return this.#ofObject(value);
  }

  #ofObject(value: object): number {
    if (types.isProxy(value)) return OTHER;
    if (Array.isArray(value))
      return OBJECT + SLOT * value.length + this.#sample(value.length, (at) => ownValue(value, at));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return BUFFER + value.byteLength;
    if (types.isMap(value)) return OBJECT + this.#ofHashTable(value.size, Map.prototype.entries.call(value));
    if (types.isSet(value)) return OBJECT + this.#ofHashTable(value.size, Set.prototype.values.call(value));
    if (types.isDate(value) || types.isRegExp(value)) return OTHER;
    const keys = Object.keys(value);
    return OBJECT + slotBytes(keys) * keys.length + this.#sample(keys.length, (at) => ownValue(value, keys[at] ?? ''));
  }

  /** The entries of a Map come as pairs, which are no part of it: they make up for the slots of key and value. */
  #ofHashTable(size: number, elements: Iterator<unknown>): number {
    return HASH_SLOT * size + this.#sample(size, () => elements.next().value);
  }

  /** The size of `length` elements after that of some of them. */
  #sample(length: number, elementAt: (index: number) => unknown): number {
    const samples = Math.min(length, MAX_SAMPLES);
    let bytes = 0;
    let taken = 0;
    for (; taken < samples && this.#visitsLeft > 0; taken++) {
      bytes += this.of(elementAt(Math.floor((taken * length) / samples)));
    }
    return taken === 0 ? 0 : (bytes / taken) * length;
  }
}

/** Objects of one shape share their keys. One with many keys is taken for a dictionary, whose keys are its own. */
function slotBytes(keys: readonly string[]): number {
  return keys.length <= MAX_SAMPLES ? SLOT : HASH_SLOT + textBytes(keys[0] ?? '');
}

/** Without running a getter. */
function ownValue(object: object, key: string | number): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** V8 keeps a text with one byte for each character, or with two if it has one beyond Latin-1. Some are looked at. */
function textBytes(text: string): number {
  const samples = Math.min(text.length, 16);
  for (let taken = 0; taken < samples; taken++) {
    if (text.charCodeAt(Math.floor((taken * text.length) / samples)) > 0xff) return TEXT + 2 * text.length;
  }
  return TEXT + text.length;
}
