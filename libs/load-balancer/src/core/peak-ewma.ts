import { duration, optionsObject, resolveOptions, type Clock, type Duration, type Random } from '@envol/common';
import type { Balancer, BalancerFactory } from './balancer.js';
import { NoInstancesError } from './errors.js';
import type { Server } from './server.js';

/** Settings of {@link peakEwma}. */
export interface PeakEwmaOptions {
  /** How fast a latency is forgotten: after this time a factor of e is left of it. Default 10 s. */
  readonly tau?: Duration;
}

const peakEwmaOptionsSchema = optionsObject({ tau: duration().prefault('10s') });

/** The cost of a server that has a call waiting and has never answered one: it gets no second call before. */
const NEVER_MEASURED = 1e12;
/** The least latency that is kept, in milliseconds; 0 stands for "never measured". */
const LEAST_COST = 1e-3;

/**
 * Draws two servers at random and takes the one with the smaller load: peak latency times calls waiting. A latency
 * counts at once when it is a peak, and is forgotten exponentially. Weights are not looked at: what is measured takes
 * their place.
 *
 * Peak EWMA as in Twitter's Finagle; two choices after Mitzenmacher, "The Power of Two Choices in Randomized Load
 * Balancing".
 */
export function peakEwma(options: PeakEwmaOptions = {}): BalancerFactory {
  const owner = { lib: 'load-balancer', what: 'peakEwma() options' };
  const { tau } = resolveOptions(owner, peakEwmaOptionsSchema, options);
  return ({ clock, random }) => new PeakEwma(tau, clock, random);
}

class PeakEwma implements Balancer {
  readonly #tau: number;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(tau: number, clock: Clock, random: Random) {
    this.#tau = tau;
    this.#clock = clock;
    this.#random = random;
  }

  pick(servers: readonly Server[]): Server {
    const count = servers.length;
    const first = Math.floor(this.#random() * count);
    const one = servers[first];
    if (one === undefined) throw new NoInstancesError();
    if (count === 1) return one;
    const drawn = Math.floor(this.#random() * (count - 1));
    const other = servers[drawn >= first ? drawn + 1 : drawn];
    if (other === undefined) return one;
    return this.#isLessLoaded(other, one) ? other : one;
  }

  answered(server: Server, milliseconds: number): void {
    this.#observe(server, Math.max(milliseconds, LEAST_COST), this.#clock.monotonic());
  }

  failed(server: Server, milliseconds: number): void {
    this.answered(server, milliseconds);
  }

  /**
   * Both are forgotten as fast, so only how much longer ago one of them was measured counts, and not what time it is:
   * the factor that they share cancels out.
   */
  #isLessLoaded(other: Server, one: Server): boolean {
    if (other.cost === 0 || one.cost === 0) return loadOf(other) < loadOf(one);
    const age = Math.exp((other.costAt - one.costAt) / this.#tau);
    return other.cost * (other.outstanding + 1) * age < one.cost * (one.outstanding + 1);
  }

  #observe(server: Server, milliseconds: number, now: number): void {
    const remaining = Math.exp(-Math.max(0, now - server.costAt) / this.#tau);
    server.cost = milliseconds > server.cost ? milliseconds : server.cost * remaining + milliseconds * (1 - remaining);
    server.costAt = now;
  }
}

/** Where at least one of two was never measured. */
function loadOf({ cost, outstanding }: Server): number {
  if (cost === 0) return outstanding === 0 ? 0 : NEVER_MEASURED + outstanding;
  return cost * (outstanding + 1);
}
