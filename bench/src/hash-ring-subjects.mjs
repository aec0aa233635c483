const NODES = Array.from({ length: 10 }, (_, index) => `10.0.0.${index + 1}:11311`);

/** For the facts of a benchmark. */
export const NODE_COUNT = NODES.length;

/** The ring of @envol/common and its peer, over the same nodes: they agree on every key. */
export const hashRingSubjects = {
  ours: async () => {
    const { KetamaRing } = await import('@envol/common/core');
    const ring = new KetamaRing(NODES.map((name) => ({ name })));
    return { call: (key) => ring.pick(key).name };
  },
  hashring: async () => {
    const { default: HashRing } = await import('hashring');
    const ring = new HashRing(NODES);
    return { call: (key) => ring.get(key) };
  },
};
