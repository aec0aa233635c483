import { floor, ours, SERVERS } from '../src/load-balancer-subjects.mjs';
import { sideBySide } from '../src/side-by-side.mjs';

export const benchmark = sideBySide(import.meta.url, {
  name: 'lb-pick-weighted',
  claim:
    'A random pick by weight is as fast as that of a peer, which keeps a list with each server as often as its weight.',
  facts: { servers: SERVERS.length, weights: '1 to 3', ours: 'weightedRandom', peer: 'WeightedRandomEngine' },
  subjects: {
    ours: ours('weightedRandom'),
    loadbalance: async () => {
      const { default: loadbalance } = await import('loadbalance');
      const engine = loadbalance.random(SERVERS.map((server) => ({ object: server, weight: server.weight })));
      return { call: () => engine.pick() };
    },
    floor,
  },
});
