import type { LoadTarget } from '../src/load/index.js';

/** The same target, that tells of each answer that has arrived. */
export function countAnswers(target: LoadTarget, onAnswer: () => void): LoadTarget {
  return {
    name: target.name,
    open: () => {
      const client = target.open();
      return {
        send: async (index, signal, onSent) => {
          await client.send(index, signal, onSent);
          onAnswer();
        },
        close: async () => client.close?.(),
      };
    },
  };
}
