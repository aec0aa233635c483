import type { Balancer, BalancerFactory } from './balancer.js';
import { NoInstancesError } from './errors.js';
import type { Server } from './server.js';

/** So many failures take the whole weight of a server away (`max_fails` in nginx). */
const FAILURES_TO_NOTHING = 3;

/**
 * Takes turns by weight, spread evenly: weights 5, 1, 1 give a a b a c a a. A failure takes a third of a server's
 * weight away, and every pick gives one back. Smooth weighted round robin as in nginx
 * (`ngx_http_upstream_round_robin.c`); a pick looks at every server.
 */
export function smoothWeightedRoundRobin(): BalancerFactory {
  return () => new SmoothWeightedRoundRobin();
}

class SmoothWeightedRoundRobin implements Balancer {
  pick(servers: readonly Server[]): Server {
    let sum = 0;
    let best: Server | undefined;
    for (const server of servers) {
      server.currentWeight += server.effectiveWeight;
      sum += server.effectiveWeight;
      server.effectiveWeight = Math.min(server.weight, server.effectiveWeight + 1);
      if (best === undefined || server.currentWeight > best.currentWeight) best = server;
    }
    if (best === undefined) throw new NoInstancesError();
    best.currentWeight -= sum;
    return best;
  }

  failed(server: Server): void {
    server.effectiveWeight = Math.max(0, server.effectiveWeight - server.weight / FAILURES_TO_NOTHING);
  }
}
