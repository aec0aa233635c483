/**
 * Text of a benchmark's author in one line, without what a viewer would obey instead of show: control characters, marks
 * that turn the direction of writing, halves of characters.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFFFE\uFFFF\s]+/gu, ' ').trim();
}

const segmenter = new Intl.Segmenter('en');

/** What a reader takes for one character each, such as an emoji that is made of several. */
export function characters(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
