import { expect, it } from '@jest/globals';
import { LiveLine } from './live-line.js';

function written(isTTY: boolean, use: (live: LiveLine) => void): string {
  let text = '';
  use(new LiveLine({ isTTY, write: (part) => (text += part) }));
  return text;
}

const flight = (live: LiveLine): void => {
  live.tell('begins');
  live.update('half');
  live.update('more');
  live.tell('killed');
  live.clear();
  live.tell('ends');
};

it('on a terminal writes what happened above a line that is rewritten', () => {
  const clear = '\r\u001B[2K';
  expect(written(true, flight)).toBe(`begins\nhalf${clear}more${clear}killed\nmore${clear}ends\n`);
});

it('elsewhere writes what happened and nothing else', () => {
  expect(written(false, flight)).toBe('begins\nkilled\nends\n');
});
