import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Lifecycle, type LifecyclePhase } from './lifecycle.js';

describe('Lifecycle', () => {
  it('is ready when all that is waited for is there', async () => {
    const lifecycle = new Lifecycle();
    expect(lifecycle.phase).toBe('ready');
    const places = new Gate();
    const waited = lifecycle.waitFor('places', places.opened);
    expect(lifecycle.phase).toBe('warming');
    expect(lifecycle.waitingFor).toEqual(['places']);
    places.open();
    await expect(waited).resolves.toBe('open');
    expect(lifecycle.phase).toBe('ready');
  });

  it('waits for two of one name', async () => {
    const lifecycle = new Lifecycle();
    void lifecycle.waitFor('cache', new Gate().opened);
    await lifecycle.waitFor('cache', Promise.resolve());
    expect(lifecycle.phase).toBe('warming');
  });

  it('tells who waits when it is ready, each time', async () => {
    const lifecycle = new Lifecycle();
    await lifecycle.whenReady();
    const [cache, places] = [new Gate(), new Gate()];
    void lifecycle.waitFor('cache', cache.opened);
    void lifecycle.waitFor('places', places.opened);
    const phases: LifecyclePhase[] = [];
    const told = [1, 2].map(() => lifecycle.whenReady().then(() => phases.push(lifecycle.phase)));
    cache.open();
    await settled();
    expect(phases).toEqual([]);
    places.open();
    await Promise.all(told);
    expect(phases).toEqual(['ready', 'ready']);
  });

  it('tells who waits that it will not be ready when it drains', async () => {
    const lifecycle = new Lifecycle();
    const never = expect.objectContaining({ code: 'ENVOL_COMMON_DRAINING' });
    void lifecycle.waitFor('places', new Gate().opened);
    await Promise.all([expect(lifecycle.whenReady()).rejects.toEqual(never), lifecycle.drain()]);
    await expect(lifecycle.whenReady()).rejects.toEqual(never);
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

  it('runs the steps that are to be first before the others, and is draining for all of them', async () => {
    const lifecycle = new Lifecycle();
    const steps: string[] = [];
    const step = (name: string) => () => void steps.push(`${name}: ${lifecycle.phase}`);
    lifecycle.onDrain(step('finish'));
    lifecycle.onDrain(step('deregister'), { first: true });
    lifecycle.onDrain(step('close'));
    lifecycle.onDrain(step('tell'), { first: true });
    await lifecycle.drain();
    expect(steps).toEqual(['deregister: draining', 'tell: draining', 'finish: draining', 'close: draining']);
  });
});

/** Something to wait for. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<string>((resolve) => (this.open = () => resolve('open')));
}
