import { characters, plainText } from '../plain-text.js';

/** How text of a class of the style is set. */
export interface TextStyle {
  readonly className: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Pixels; what does not fit ends in an ellipsis. Default: as long as it is. */
  readonly width?: number;
}

/** A line of text whose baseline begins, has its middle, or ends at x and y. What was cut off shows as a tooltip. */
export function svgText(x: number, y: number, content: string, style: TextStyle): string {
  const { className, anchor = 'start', width = Infinity } = style;
  const whole = plainText(content);
  const shown = fitText(whole, width);
  const tooltip = shown === whole ? '' : `<title>${escapeXml(whole)}</title>`;
  return `<text class="${className}" x="${x}" y="${y}" text-anchor="${anchor}">${tooltip}${escapeXml(shown)}</text>`;
}

/** Text as it may stand in an SVG, between tags and in attributes. */
export function escapeXml(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

function fitText(text: string, width: number): string {
  let left = width;
  const all = characters(text);
  const tooMuch = all.findIndex((character) => (left -= widthOf(character)) < 0);
  return tooMuch === -1 ? text : `${all.slice(0, Math.max(0, tooMuch - 1)).join('')}…`;
}

/** In pixels, rather too much than too little: a font cannot be asked here. */
function widthOf(character: string): number {
  if (character >= '\u1100') return 14;
  return /[A-Z@%mw]/.test(character) ? 10 : 7.2;
}
