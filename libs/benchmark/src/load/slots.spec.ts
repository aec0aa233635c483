import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slots } from './slots.js';

const { signal: never } = new AbortController();

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  it('forgets who gave up waiting', async () => {
    const slots = new Slots(1);
    await slots.take(never);
    const abort = new AbortController();
    const waiting = slots.take(abort.signal);
    abort.abort(new Error('too long'));
    await expect(waiting).rejects.toThrow('too long');
    slots.give();
    await slots.take(never);
  });

  it('lets in as many as there are, in their order, whoever leaves in between', async () => {
    const steps = fc.array(fc.constantFrom('take', 'give', 'leave'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, async (count, actions) => {
        const slots = new Slots(count);
        const entered: number[] = [];
        const expected: number[] = [];
        const line: { number: number; abort: AbortController }[] = [];
        let free = count;
        let taken = 0;
        for (const action of actions) {
          if (action === 'take') {
            const number = taken++;
            const abort = new AbortController();
            slots.take(abort.signal).then(
              () => entered.push(number),
              () => undefined,
            );
            if (free > 0) {
              free -= 1;
              expected.push(number);
            } else line.push({ number, abort });
          } else if (action === 'leave') {
            line.splice(Math.floor(line.length / 2), 1)[0]?.abort.abort();
          } else if (expected.length > 0 && free < count) {
            slots.give();
            const next = line.shift();
            if (next === undefined) free += 1;
            else expected.push(next.number);
          }
        }
        await turn();
        expect(entered).toEqual(expected);
      }),
    );
  });
});
