import type { Clock, Random } from '@envol/common';
import type { Server } from './server.js';

/** A rule that says which server takes the next call. */
export interface Balancer {
  /**
   * Picks one of `servers`; all of them may be picked.
   *
   * @throws NoInstancesError when the list is empty.
   */
  pick(servers: readonly Server[]): Server;
  /** A call was answered after `milliseconds`. */
  answered?(server: Server, milliseconds: number): void;
  /** A call failed; `milliseconds` is what it cost, at least the time it was given. */
  failed?(server: Server, milliseconds: number): void;
}

/** What a {@link Balancer} is built with. */
export interface BalancerEnvironment {
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes the balancer of one `LoadBalancer`, as `peakEwma()` and the others return it. */
export type BalancerFactory = (environment: BalancerEnvironment) => Balancer;
