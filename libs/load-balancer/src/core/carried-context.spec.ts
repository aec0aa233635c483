import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { readContext, withContext } from './carried-context.js';

const packet = { pattern: 'read', data: 1, metadata: { trace: '00-abc' } };

describe('the request context in packet metadata', () => {
  it('carries the time that is left, so that the clocks of the two hosts need not agree', () => {
    const here = new ManualClock(Date.UTC(2030, 0, 1));
    const there = new ManualClock(Date.UTC(2031, 5, 5));
    const sent = withContext(packet, { requestId: 'request-1', deadline: here.now() + 250.9 }, here);
    expect(sent.metadata).toEqual({ trace: '00-abc', 'envol-request-id': 'request-1', 'envol-deadline': '250' });
    expect(readContext(sent.metadata, there)).toEqual({ requestId: 'request-1', deadline: there.now() + 250 });
  });

  it('leaves a packet alone when there is nothing to carry, and never changes the one it was given', () => {
    const clock = new ManualClock();
    expect(withContext(packet, {}, clock)).toBe(packet);
    withContext(packet, { requestId: 'request-1' }, clock);
    expect(packet.metadata).toEqual({ trace: '00-abc' });
  });

  it('carries a deadline that is over as one that is over', () => {
    const clock = new ManualClock();
    const sent = withContext(packet, { deadline: clock.now() - 10 }, clock);
    expect(readContext(sent.metadata, clock)).toEqual({ deadline: clock.now() });
  });

  it.each([
    [undefined],
    [null],
    ['envol-request-id'],
    [{ 'envol-request-id': 7 }],
    [{ 'envol-request-id': '' }],
    [{ 'envol-request-id': 'x'.repeat(129) }],
    [{ 'envol-request-id': 'two\nlines' }],
    [{ 'envol-deadline': 250 }],
    [{ 'envol-deadline': '-1' }],
    [{ 'envol-deadline': '1e9' }],
    [{ 'envol-deadline': '9'.repeat(10) }],
    [{ 'envol-deadline': ['1'] }],
  ])('is left out when it is not as it should be: %j', (metadata) => {
    expect(readContext(metadata, new ManualClock())).toEqual({});
  });
});
