import { floor, ours, SERVERS } from '../src/load-balancer-subjects.mjs';
import { sideBySide } from '../src/side-by-side.mjs';

export const benchmark = sideBySide(import.meta.url, {
  name: 'lb-pick-round-robin',
  claim:
    'Turns by weight, spread evenly and fewer for who fails, take under 50 ns with ten servers; a fixed list of turns takes less.',
  facts: {
    servers: SERVERS.length,
    weights: '1 to 3',
    ours: 'smoothWeightedRoundRobin',
    peer: 'WeightedRoundRobinEngine',
  },
  subjects: {
    ours: ours('smoothWeightedRoundRobin'),
    loadbalance: async () => {
      const { default: loadbalance } = await import('loadbalance');
      const engine = loadbalance.roundRobin(SERVERS.map((server) => ({ object: server, weight: server.weight })));
      return { call: () => engine.pick() };
    },
    floor,
  },
});
