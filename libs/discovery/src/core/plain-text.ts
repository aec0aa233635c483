import { z } from 'zod';

/** Control characters (Unicode category Cc) and the line breaks of Unicode: with them a text can forge lines of a log. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, 'gu');

/** Text of at most `longest` characters; one with control characters in it is refused. */
export function plainText(longest: number) {
  return z
    .string()
    .max(longest)
    .refine((text) => !CONTROL.test(text), 'expected text without control characters');
}

/** Text of at most `longest` characters, of which control characters are dropped. */
export function cleanedText(longest: number) {
  return z.string().max(longest).transform(withoutControls);
}

/** A text without its control characters. */
export function withoutControls(text: string): string {
  return text.replace(EVERY_CONTROL, '');
}
