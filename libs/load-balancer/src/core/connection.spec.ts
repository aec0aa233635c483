import { ManualClock } from '@envol/common/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { Connection, type ConnectionState } from './connection.js';
import type { OpenWire, Wire } from './wire.js';

function fakeWire(): jest.Mocked<Wire> {
  return { isOpen: true, request: jest.fn(), event: jest.fn(), ping: jest.fn(), close: jest.fn() };
}

/** A connection whose attempts to open are answered by hand. */
function connectionByHand() {
  const clock = new ManualClock();
  const attempts: Array<{ succeed(wire: Wire): void; fail(): void; lose(): void }> = [];
  const open: OpenWire = (onLost) =>
    new Promise((resolve, reject) => {
      attempts.push({
        succeed: resolve,
        fail: () => reject(new Error('refused')),
        lose: () => onLost(new Error('lost')),
      });
    });
  const states: ConnectionState[] = [];
  const connection = new Connection({ open, clock, random: () => 0, onChange: (state) => states.push(state) });
  const last = () => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error('no attempt yet');
    return attempt;
  };
  return { clock, connection, attempts, states, last };
}

describe('a connection', () => {
  it('goes from idle over connecting to ready, and joins callers who ask at the same time', async () => {
    const { connection, attempts, states, last } = connectionByHand();
    expect(connection.state).toBe('idle');
    const both = Promise.all([connection.connect(), connection.connect()]);
    last().succeed(fakeWire());
    await both;
    expect(attempts).toHaveLength(1);
    expect(states).toEqual(['connecting', 'ready']);
  });

  it('tries again in the background after 100 ms, doubling up to a second, until it stands', async () => {
    const { clock, connection, attempts, states, last } = connectionByHand();
    const first = connection.connect();
    last().fail();
    await expect(first).rejects.toThrow('refused');
    for (const pause of [100, 200, 400, 800, 1_000, 1_000]) {
      const before = attempts.length;
      await clock.advance(pause - 1);
      expect(attempts).toHaveLength(before);
      await clock.advance(1);
      expect(attempts).toHaveLength(before + 1);
      last().fail();
    }
    await clock.advance(1_000);
    last().succeed(fakeWire());
    await clock.advance(0);
    expect(states).toEqual(['connecting', 'unreachable', 'ready']);
  });

  it('opens a lost connection again', async () => {
    const { clock, connection, states, last } = connectionByHand();
    const opened = connection.connect();
    last().succeed(fakeWire());
    await opened;
    last().lose();
    expect(connection.wire).toBeUndefined();
    await clock.advance(100);
    last().succeed(fakeWire());
    await clock.advance(0);
    expect(states).toEqual(['connecting', 'ready', 'unreachable', 'ready']);
  });

  it('tries at once when somebody needs it before the pause is over', async () => {
    const { connection, attempts, clock, last } = connectionByHand();
    const first = connection.connect();
    last().fail();
    await expect(first).rejects.toThrow('refused');
    const second = connection.connect();
    last().succeed(fakeWire());
    await second;
    expect(attempts).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('draining, finishes what it has and opens nothing new', async () => {
    const { clock, connection, attempts, states, last } = connectionByHand();
    const opened = connection.connect();
    const wire = fakeWire();
    last().succeed(wire);
    await opened;
    connection.drain();
    expect(connection.wire).toBe(wire);
    last().lose();
    await clock.advance(5_000);
    expect(attempts).toHaveLength(1);
    expect(states).toEqual(['connecting', 'ready', 'draining']);
  });

  it('closed, leaves no timer, and closes a connection that was being opened', async () => {
    const { clock, connection, last } = connectionByHand();
    const opened = connection.connect();
    connection.close(new Error('over'));
    const wire = fakeWire();
    last().succeed(wire);
    await opened;
    expect(wire.close).toHaveBeenCalledTimes(1);
    expect(connection.wire).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
