/**
 * How many standard errors on both sides of an average hold 95 % of what is believable, with `degrees` of freedom
 * (one less than the samples): the 97.5 % quantile of Student's t.
 */
export function studentT95(degrees: number): number {
  // The angle whose share is 0.95, by halving: more exact than any table, and good for every number of samples.
  let [low, high] = [0, Math.PI / 2];
  for (let step = 0; step < 60; step += 1) {
    const angle = (low + high) / 2;
    if (shareWithin(angle, degrees) < 0.95) low = angle;
    else high = angle;
  }
  return Math.tan(low) * Math.sqrt(degrees);
}

/**
 * The share of Student's t between -t and t, with t = tan(angle) * sqrt(degrees): formulas 26.7.3 and 26.7.4 of
 * Abramowitz and Stegun, "Handbook of Mathematical Functions".
 */
function shareWithin(angle: number, degrees: number): number {
  const isOdd = degrees % 2 === 1;
  const cosine = Math.cos(angle);
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let k = isOdd ? 3 : 2; k <= degrees; k += 2) {
    sum += term;
    term *= ((k - 1) / k) * cosine ** 2;
  }
  const series = Math.sin(angle) * sum;
  return isOdd ? (angle + series) * (2 / Math.PI) : series;
}
