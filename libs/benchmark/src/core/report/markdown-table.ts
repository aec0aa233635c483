import { characters, plainText } from './plain-text.js';

/** A column of {@link markdownTable}; what is in `cells` is Markdown already. */
export interface Column {
  readonly title: string;
  /** Default: to the left, as text is. */
  readonly align?: 'right';
  readonly cells: readonly string[];
}

/** A table of GitHub's Markdown, padded so that it can be read as plain text too. */
export function markdownTable(columns: readonly Column[]): string {
  const widths = columns.map(({ title, cells }) => Math.max(3, ...[title, ...cells].map(width)));
  const pad = (text: string, index: number) => {
    const space = ' '.repeat((widths[index] ?? 0) - width(text));
    return columns[index]?.align === 'right' ? space + text : text + space;
  };
  const rule = columns.map(({ align }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 0) - 1);
    return align === 'right' ? `${dashes}:` : `${dashes}-`;
  });
  const rows = Array.from({ length: columns[0]?.cells.length ?? 0 }, (_, row) =>
    line(columns.map(({ cells }, index) => pad(cells[row] ?? '', index))),
  );
  return [line(columns.map(({ title }, index) => pad(title, index))), line(rule), ...rows].join('\n');
}

/** Text that Markdown shows as it is, in a table too: no column, link, HTML, emphasis or mention comes of it. */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replace(/[\\|`*_~<>&[\]]|^[#+-]/g, String.raw`\$&`)
    .replace(/(?<!\w)@(?=\w)/g, '@\u200B');
}

/** A name as code, where it stands out and nothing in it is obeyed; what would end the code is escaped instead. */
export function nameInMarkdown(name: string): string {
  const text = plainText(name);
  return /[`|\\]|^$/.test(text) ? escapeMarkdown(text) : `\`${text}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function width(text: string): number {
  return characters(text).length;
}
