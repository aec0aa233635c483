/** The share of the standard normal distribution above `z` (not negative), with a relative error below 1e-12. */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return z < 3 ? 0.5 - density * series(z) : density / continuedFraction(z);
}

/** z + z^3/3 + z^5/(3*5) + ...: Marsaglia, "Evaluating the Normal Distribution", 2004. */
function series(z: number): number {
  let term = z;
  let sum = 0;
  for (let k = 3; term > sum * Number.EPSILON; k += 2) {
    sum += term;
    term *= (z * z) / k;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/...)): Laplace's, 26.2.14 of Abramowitz and Stegun, "Handbook of Mathematical Functions". */
function continuedFraction(z: number): number {
  let value = z;
  for (let k = 100; k > 0; k -= 1) value = z + k / value;
  return value;
}
