import type { Random } from '@envol/common';
import type { Balancer, BalancerFactory } from './balancer.js';
import { NoInstancesError } from './errors.js';
import type { Server } from './server.js';

/** Picks at random; a server's share is its weight over the sum of the weights. */
export function weightedRandom(): BalancerFactory {
  return ({ random }) => new WeightedRandom(random);
}

class WeightedRandom implements Balancer {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  pick(servers: readonly Server[]): Server {
    let sum = 0;
    for (const server of servers) sum += server.weight;
    let left = this.#random() * sum;
    let picked: Server | undefined;
    for (const server of servers) {
      picked = server;
      left -= server.weight;
      if (left < 0) break;
    }
    if (picked === undefined) throw new NoInstancesError();
    return picked;
  }
}
