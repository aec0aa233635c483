const TABLE = /(?:^\|.*\|$\n?)+/gm;

/** Markdown as a terminal shows it well: columns of tables aligned, without marks and escapes. */
export function plainText(markdown: string): string {
  return unmarked(markdown.replace(/^#+ /gm, '').replace(TABLE, aligned));
}

function aligned(table: string): string {
  const rows = table.trimEnd().split('\n').map(cellsOf);
  const [header = [], alignment = [], ...body] = rows;
  const widths = header.map((_, column) =>
    Math.max(...[header, ...body].map((row) => unmarked(row[column] ?? '').length)),
  );
  const isNumeric = alignment.map((mark) => mark.endsWith(':'));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, isNumeric[column] === true))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line), ''].join('\n');
}

/** A `|` that is escaped is text. */
function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function pad(cell: string, width: number, isNumeric: boolean): string {
  const space = ' '.repeat(width - unmarked(cell).length);
  return isNumeric ? space + cell : cell + space;
}

/** Without what only Markdown is to see: emphasis, code, escapes, and spaces of no width. */
function unmarked(markdown: string): string {
  return markdown
    .replaceAll('**', '')
    .replace(/`([^`\n]*)`/g, '$1')
    .replaceAll('\u200B', '')
    .replace(/\\([^\w\s])/g, '$1');
}
