import type { Instance } from './instance.js';

/**
 * One address in the list of a `LoadBalancer`, with what is known of it. The numbers are plain fields, so that a pick
 * neither allocates nor looks anything up; they are there to be read, and written only by the balancer.
 */
export class Server implements Instance {
  readonly host: string;
  readonly port: number;
  id: string;
  weight: number;

  /** Whether there is a way to reach it; see `LoadBalancer.setAvailable`. */
  available = true;
  /** While it is ejected for failing: until when at least, in wall-clock milliseconds. */
  ejectedUntil: number | undefined;

  /** Calls that were begun and have not ended. */
  outstanding = 0;
  /** Calls begun so far. */
  requests = 0;
  /** Calls that failed so far; errors that the application answered are not among them. */
  failures = 0;

  /** Smooth weighted round robin: what `weight` is worth at the moment, less after failures. */
  effectiveWeight: number;
  /** Smooth weighted round robin: how much it is its turn. */
  currentWeight = 0;

  /** Peak EWMA: the latency in milliseconds as of `costAt`; 0 while it was never measured. */
  cost = 0;
  /** Peak EWMA: when `cost` was brought up to date, in monotonic milliseconds. */
  costAt = 0;

  constructor(instance: Instance) {
    this.host = instance.host;
    this.port = instance.port;
    this.id = instance.id;
    this.weight = instance.weight;
    this.effectiveWeight = instance.weight;
  }

  /** Takes over what an update of the list says about this address, and keeps what was measured. */
  update({ id, weight }: Instance): void {
    this.id = id;
    if (weight === this.weight) return;
    this.weight = weight;
    this.effectiveWeight = weight;
  }
}
