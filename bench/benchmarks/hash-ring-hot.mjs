import { hashRingSubjects, NODE_COUNT } from '../src/hash-ring-subjects.mjs';
import { sideBySide } from '../src/side-by-side.mjs';

const inputs = Array.from({ length: 16 }, (_, index) => `user:${index}:profile`);

export const benchmark = sideBySide(import.meta.url, {
  name: 'hash-ring-hot',
  claim:
    'The node of a key that is asked for all the time is found as fast as by hashring, which remembers 5,000 keys.',
  inputs,
  subjects: hashRingSubjects,
  facts: { nodes: NODE_COUNT, keys: inputs.length },
});
