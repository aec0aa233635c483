import { floor, ours, SERVERS } from '../src/load-balancer-subjects.mjs';
import { sideBySide } from '../src/side-by-side.mjs';

export const benchmark = sideBySide(import.meta.url, {
  name: 'lb-pick',
  claim:
    'The better of two servers by measured latency is picked in the time that a peer takes to count its own picks.',
  facts: { servers: SERVERS.length, ours: 'peakEwma, the default', peer: 'P2cBalancer' },
  subjects: {
    ours: ours('peakEwma'),
    'load-balancers': async () => {
      const { P2cBalancer } = await import('load-balancers');
      const balancer = new P2cBalancer(SERVERS.length);
      return { call: () => SERVERS[balancer.pick()] };
    },
    floor,
  },
});
