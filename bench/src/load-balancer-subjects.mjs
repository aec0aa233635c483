import { setTimeout } from 'node:timers/promises';

/** What the balancers pick from. */
export const SERVERS = Array.from({ length: 10 }, (_, index) => ({
  host: `10.0.0.${index + 1}`,
  port: 3_000,
  weight: (index % 3) + 1,
}));

/** A balancer of @envol/load-balancer; each server has answered a call, so that there are latencies to go by. */
export function ours(rule) {
  return async () => {
    await import('reflect-metadata');
    const { LoadBalancer, ...rules } = await import('@envol/load-balancer');
    const balancer = new LoadBalancer({ balancer: rules[rule]() });
    const servers = SERVERS.map(({ host, port, weight }) => balancer.addServer(host, port, weight));
    const calls = servers.map((server) => balancer.begin(server));
    await setTimeout(5);
    for (const call of calls) {
      call.answered();
      call.end();
    }
    return { call: () => balancer.next(), close: () => balancer.close() };
  };
}

/** Any server. */
export function floor() {
  return { call: () => SERVERS[Math.floor(Math.random() * SERVERS.length)] };
}
