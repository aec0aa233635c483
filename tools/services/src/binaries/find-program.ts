import { join, resolve } from 'node:path';
import { missing } from '../errors.js';
import { cacheFolders, libraryEnv } from './cache-folder.js';
import { findIn, findOnPath, foldersOfPath, isExecutable } from './path-search.js';

/** What to look for. */
export interface ProgramQuery {
  readonly name: string;
  /** The environment variable that names the program; when set, no other place is tried. */
  readonly variable: string;
  /** Its folder in the cache that `services:install` fills. */
  readonly cacheFolder: string;
}

export interface Program {
  readonly file: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The top of the unpacked Debian packages, if it comes from the cache. */
  readonly root?: string;
}

/** A program and another one that belongs to it, from the same place. */
export interface ProgramPair extends Program {
  readonly companion: string;
}

/** A place to look in. */
interface Place {
  /** In words. */
  readonly where: string;
  readonly file: string | undefined;
  readonly companionFolders: () => string[];
  readonly root?: string;
}

/** Where Debian keeps programs for administrators; not on everybody's PATH. */
const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/**
 * Finds a program: by its environment variable, on the PATH, in the cache.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING`
 */
export function findProgram(query: ProgramQuery): Program {
  return search(query, query.name, programAt);
}

/**
 * The same for a program that is of no use without another one: a place that lacks that one is passed over.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING`
 */
export function findProgramPair(query: ProgramQuery, companionName: string): ProgramPair {
  return search(query, `${query.name} with ${companionName}`, (file, place) => {
    const companion = findIn(place.companionFolders(), companionName);
    return companion === undefined ? undefined : { ...programAt(file, place), companion };
  });
}

function search<T>(query: ProgramQuery, what: string, complete: (file: string, place: Place) => T | undefined): T {
  const { name, variable } = query;
  const named = process.env[variable];
  const looked = named ? [] : [`${variable} (not set)`];
  for (const place of named ? [namedPlace(variable, named)] : usualPlaces(query)) {
    const found = place.file === undefined ? undefined : complete(place.file, place);
    if (found !== undefined) return found;
    looked.push(place.file === undefined ? place.where : `${place.where} (it has only ${name})`);
  }
  const hint = named ? `Set ${variable} to ${name} itself, or unset it.` : 'Run: npm run services:install';
  throw missing(what, looked, hint);
}

function namedPlace(variable: string, path: string): Place {
  const file = isExecutable(path) ? resolve(path) : undefined;
  return { where: `${variable} (${path})`, file, companionFolders: systemFolders };
}

function usualPlaces({ name, cacheFolder }: ProgramQuery): Place[] {
  const roots = cacheFolders().map((folder) => join(folder, cacheFolder));
  return [
    { where: 'the PATH', file: findOnPath(name), companionFolders: systemFolders },
    ...roots.map((root) => {
      const folders = [join(root, 'usr/bin'), join(root, 'usr/sbin')];
      return { where: root, file: findIn(folders, name), companionFolders: () => folders, root };
    }),
  ];
}

function systemFolders(): string[] {
  return [...foldersOfPath(), ...ADMIN_FOLDERS];
}

function programAt(file: string, { root }: Place): Program {
  return root === undefined ? { file, env: {} } : { file, env: libraryEnv(root), root };
}
