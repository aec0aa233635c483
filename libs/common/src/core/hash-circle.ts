/** Points on a circle of 2^32. However many there are, the next one is found in about the same time. */
export class HashCircle {
  readonly #points: Uint32Array;
  /** By the highest bits of a place, as many buckets as points or up to twice: the first point in it or after it. */
  readonly #starts: Uint32Array;
  readonly #shift: number;

  /** @param points ascending, one at least */
  constructor(points: readonly number[]) {
    // The last one ends every search.
    this.#points = Uint32Array.from([...points, 2 ** 32 - 1]);
    this.#shift = Math.clz32(points.length);
    let next = 0;
    this.#starts = Uint32Array.from({ length: 2 ** (32 - this.#shift) }, (_, bucket) => {
      while (this.#point(next) < bucket * 2 ** this.#shift) next++;
      return next;
    });
  }

  /** The number of the first point at `place` or after it; that of points when it is past the last. */
  next(place: number): number {
    let index = this.#starts[place >>> this.#shift] ?? 0;
    while (this.#point(index) < place) index++;
    return index;
  }

  #point(index: number): number {
    return this.#points[index] ?? 0;
  }
}
