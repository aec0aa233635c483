import { EnvolError } from '@envol/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { logEvent } from './event-log.js';

const lines: string[] = [];
const write =
  (level: string) =>
  (message: unknown): void =>
    void lines.push(`${level} ${String(message)}`);

beforeAll(() => Logger.overrideLogger({ log: write('log'), warn: write('warn'), error: write('error') }));
beforeEach(() => void lines.splice(0));
afterAll(() => Logger.overrideLogger(false));

describe('logEvent', () => {
  it('says what is wrong and what to do about it', () => {
    logEvent({ type: 'watch-failed', service: 'places', cause: new EnvolError('ENVOL_X', 'It is away', 'Start it.') });
    logEvent({ type: 'register-failed', id: 'a', cause: new Error('connection refused') });
    expect(lines).toEqual([
      'warn Cannot read "places", going on with what is known: It is away. Start it.',
      'error Cannot register "a": connection refused',
    ]);
  });

  it('lets nobody who may register write lines of our log', () => {
    const forged = { id: 'a\n[Nest] LOG forged', reason: `${'x'.repeat(999)}\n` };
    logEvent({ type: 'refused', service: 'places', instances: 1, examples: [forged] });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(lines[0]?.length).toBeLessThan(500);
  });

  it('says in one line what is left out of an answer', () => {
    const examples = ['a', 'b'].map((id) => ({ id, reason: 'port: too small' }));
    logEvent({ type: 'refused', service: 'places', instances: 20_000, examples });
    expect(lines).toEqual([
      'warn Left out 20000 instances of "places": "a": "port: too small", "b": "port: too small" and others',
    ]);
  });
});
