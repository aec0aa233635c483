import { describe, expect, it } from '@jest/globals';
import { requestContext } from './request-context.js';

describe('requestContext', () => {
  it('is empty outside of a request', () => {
    expect(requestContext.current()).toEqual({});
  });

  it('follows promises and timers, and adds to what is there', async () => {
    const seen = await requestContext.run({ requestId: 'r1' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return requestContext.run({ deadline: 5 }, async () => requestContext.current());
    });
    expect(seen).toEqual({ requestId: 'r1', deadline: 5 });
    expect(requestContext.current()).toEqual({});
  });

  it('keeps two requests apart', async () => {
    const ids = await Promise.all(
      ['a', 'b'].map((requestId) =>
        requestContext.run({ requestId }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return requestContext.current().requestId;
        }),
      ),
    );
    expect(ids).toEqual(['a', 'b']);
  });

  it('gives shared work the request id and nothing else', () => {
    const seen = requestContext.run({ requestId: 'r1', deadline: 5 }, () =>
      requestContext.detached(() => requestContext.current()),
    );
    expect(seen).toEqual({ requestId: 'r1' });
    expect(requestContext.detached(() => requestContext.current())).toEqual({});
  });
});
