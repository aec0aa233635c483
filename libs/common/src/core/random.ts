/** A source of numbers in [0, 1), such as `Math.random`. Tests pass a seeded one (`seededRandom` in `/testing`). */
export type Random = () => number;
