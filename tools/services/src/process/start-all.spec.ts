import { describe, expect, it } from '@jest/globals';
import { startAll } from './start-all.js';

describe('starting several services', () => {
  const service = (stopped: string[], name: string) => ({ name, stop: async () => void stopped.push(name) });

  it('resolves with all of them, in order', async () => {
    const [one, two] = await startAll([Promise.resolve(service([], 'one')), Promise.resolve(service([], 'two'))]);
    expect([one.name, two.name]).toEqual(['one', 'two']);
  });

  it('stops those that started when one did not, also when they were later, and says what went wrong', async () => {
    const stopped: string[] = [];
    let finish: (value: ReturnType<typeof service>) => void = () => undefined;
    const late = new Promise<ReturnType<typeof service>>((resolve) => (finish = resolve));
    const all = startAll([
      Promise.resolve(service(stopped, 'early')),
      Promise.reject<ReturnType<typeof service>>(new Error('no such program')),
      late,
    ]);
    setImmediate(() => finish(service(stopped, 'late')));
    await expect(all).rejects.toThrow('no such program');
    expect(stopped).toEqual(['early', 'late']);
  });
});
