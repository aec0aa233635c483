import { readdir, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';

/** Any depth of folders, none included. */
const ANY_DEPTH = '**';

/**
 * Files that match the patterns, as absolute paths in order and each once. `*` and `?` stand for characters of a name,
 * `**` for folders of any depth, `{js,mjs}` for either. What begins with a dot, and `node_modules`, must be named to be
 * looked into. Links to folders are not followed.
 */
export async function findFiles(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = await Promise.all(patterns.flatMap(expandBraces).map((pattern) => matching(pattern, cwd)));
  return [...new Set(found.flat())].toSorted();
}

function matching(pattern: string, cwd: string): Promise<string[]> {
  const { root } = parse(pattern);
  const segments = pattern
    .slice(root.length)
    .split(/[/\\]/)
    .filter((segment) => segment !== '');
  if (segments.at(-1) === ANY_DEPTH) segments.push('*');
  return descend(root === '' ? cwd : resolve(root), segments);
}

async function descend(folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> {
  if (segment === undefined) return [];
  if (segment === ANY_DEPTH) {
    const deeper = await entries(folder, 'folders');
    const found = [descend(folder, rest), ...deeper.map((name) => descend(join(folder, name), [segment, ...rest]))];
    return (await Promise.all(found)).flat();
  }
  const isLast = rest.length === 0;
  if (!/[*?]/.test(segment)) {
    const path = join(folder, segment);
    if (!isLast) return descend(path, rest);
    return (await isFile(path)) ? [path] : [];
  }
  const shape = nameShape(segment);
  const names = (await entries(folder, isLast ? 'files' : 'folders')).filter((name) => shape.test(name));
  const paths = names.map((name) => join(folder, name));
  return isLast ? paths : (await Promise.all(paths.map((path) => descend(path, rest)))).flat();
}

/** Names in a folder that need not be named to be looked into; none when there is no such folder. */
async function entries(folder: string, kind: 'files' | 'folders'): Promise<string[]> {
  const all = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return all
    .filter((entry) => (kind === 'files' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules');
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

function nameShape(segment: string): RegExp {
  const source = segment
    .replaceAll(/[.+^$()|[\]{}\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

/** `x.{js,mjs}` is `x.js` and `x.mjs`. */
function expandBraces(pattern: string): string[] {
  const [, before, choices, after] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (before === undefined || choices === undefined || after === undefined) return [pattern];
  return choices.split(',').flatMap((choice) => expandBraces(`${before}${choice}${after}`));
}
