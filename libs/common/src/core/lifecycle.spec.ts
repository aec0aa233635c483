import { describe, expect, it } from '@jest/globals';
import { Lifecycle } from './lifecycle.js';

describe('Lifecycle', () => {
  it('is ready when all that is waited for is there', async () => {
    const lifecycle = new Lifecycle();
    expect(lifecycle.phase).toBe('ready');
    let arrive: (value: string) => void = () => undefined;
    const waited = lifecycle.waitFor('places', new Promise<string>((resolve) => (arrive = resolve)));
    expect(lifecycle.phase).toBe('warming');
    expect(lifecycle.waitingFor).toEqual(['places']);
    arrive('here');
    await expect(waited).resolves.toBe('here');
    expect(lifecycle.phase).toBe('ready');
  });

  it('waits for two of one name', async () => {
    const lifecycle = new Lifecycle();
    void lifecycle.waitFor('cache', new Promise<void>(() => undefined));
    await lifecycle.waitFor('cache', Promise.resolve());
    expect(lifecycle.phase).toBe('warming');
  });

  it('refuses a drain step that comes too late', async () => {
    const lifecycle = new Lifecycle();
    await lifecycle.drain();
    expect(() => lifecycle.onDrain(() => undefined)).toThrow(
      expect.objectContaining({ code: 'ENVOL_COMMON_DRAINING' }),
    );
  });

  it('stays not ready when what it waits for fails, and passes the error on', async () => {
    const lifecycle = new Lifecycle();
    await expect(lifecycle.waitFor('shards', Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(lifecycle.phase).toBe('warming');
  });

  it('drains once, step by step, also when a step fails', async () => {
    const lifecycle = new Lifecycle();
    const steps: string[] = [];
    lifecycle.onDrain(async () => {
      await Promise.resolve();
      steps.push('deregister');
    });
    lifecycle.onDrain(() => {
      throw new Error('cannot');
    });
    lifecycle.onDrain(() => void steps.push('close'));
    const first = lifecycle.drain();
    expect(lifecycle.phase).toBe('draining');
    expect(lifecycle.drain()).toBe(first);
    await expect(first).rejects.toMatchObject({ errors: [{ message: 'cannot' }] });
    expect(steps).toEqual(['deregister', 'close']);
  });
});
