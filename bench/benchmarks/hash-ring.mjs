import { hashRingSubjects, NODE_COUNT } from '../src/hash-ring-subjects.mjs';
import { sideBySide } from '../src/side-by-side.mjs';

const inputs = Array.from({ length: 10_000 }, (_, index) => `user:${index}:profile`);

export const benchmark = sideBySide(import.meta.url, {
  name: 'hash-ring',
  claim: 'The node of a key that was not asked for lately is found several times faster than by hashring.',
  inputs,
  subjects: hashRingSubjects,
  facts: { nodes: NODE_COUNT, keys: inputs.length },
});
