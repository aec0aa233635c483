import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('../../docs/benchmarks.md', import.meta.url);

const HEAD = `# Benchmarks

Ours and its peers side by side, as \`npm run bench -- NAME\` measured them; it writes this file. A sample is the median of one process, and the processes of all subjects take turns. "Against ours" is the median of a subject over that of ours.`;

/** Puts the section of one benchmark into docs/benchmarks.md. */
export async function writeSection(name, section) {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const after = await format(withSection(before, name, section), {
    ...(await resolveConfig(FILE)),
    parser: 'markdown',
  });
  writeFileSync(FILE, after);
}

/**
 * The document with the section of one benchmark in the place of an earlier one, or in the order of names. Others are
 * kept as they are.
 *
 * @param {string} document
 * @param {string} name
 * @param {string} section
 * @returns {string}
 */
export function withSection(document, name, section) {
  const [head = '', ...others] = document.split(/^(?=<!-- benchmark: \S+ -->$)/m);
  const named = new Map(others.map((text) => [/^<!-- benchmark: (\S+) -->/.exec(text)?.[1] ?? '', text.trim()]));
  named.set(name, `<!-- benchmark: ${name} -->\n\n${section}`);
  const inOrder = [...named].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [head.trim(), ...inOrder].join('\n\n') + '\n';
}
