import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'red';

/** Colours a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

export const plain: Style = (_, text) => text;

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org). */
export function styleFor(output: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Style {
  return output.isTTY === true && !environment['NO_COLOR'] ? styleText : plain;
}
