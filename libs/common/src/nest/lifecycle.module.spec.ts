import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Lifecycle } from '../core/lifecycle.js';
import { LifecycleModule } from './lifecycle.module.js';
import { LIFECYCLE } from './tokens.js';

describe('LifecycleModule', () => {
  it('gives one Lifecycle under both tokens, and drains it once when the application closes', async () => {
    const app = await Test.createTestingModule({ imports: [LifecycleModule] }).compile();
    const lifecycle = app.get(Lifecycle);
    expect(app.get(LIFECYCLE)).toBe(lifecycle);
    const steps: string[] = [];
    lifecycle.onDrain(() => void steps.push('deregister'));
    await lifecycle.drain();
    await app.close();
    expect(steps).toEqual(['deregister']);
    expect(lifecycle.phase).toBe('draining');
  });
});
