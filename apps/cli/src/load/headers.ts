import { z } from 'zod';

/** Reads headers as they are typed, `accept: text/html`. What is wrong about one is told without its value. */
export const headers = z
  .array(z.string())
  .default([])
  .transform((lines, context) => {
    const pairs = lines.map((line, index): [string, string] => {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        context.addIssue({ code: 'custom', path: [index], message: `is no header such as 'accept: text/html'` });
        return z.NEVER;
      }
      return [name.toLowerCase(), value];
    });
    return Object.fromEntries(pairs);
  });
