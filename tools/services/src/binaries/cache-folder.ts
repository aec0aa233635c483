import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unsupported } from '../errors.js';

/** Where `services:install` may have put programs: ENVOL_SERVICES_CACHE alone, or the usual places, best first. */
export function cacheFolders(): string[] {
  const { ENVOL_SERVICES_CACHE: chosen, XDG_CACHE_HOME: caches } = process.env;
  if (chosen) return [resolve(chosen)];
  return [
    join(caches || join(homedir(), '.cache'), 'envol-services'),
    join(tmpdir(), `envol-services-cache-${process.getuid?.() ?? 'windows'}`),
  ];
}

/** The first cache folder that we can write; it is made. */
export function writableCacheFolder(): string {
  for (const folder of cacheFolders()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // the next one
    }
  }
  throw unsupported(
    `None of these folders can be written: ${cacheFolders().join(', ')}.`,
    'Set ENVOL_SERVICES_CACHE to a folder that can.',
  );
}

/** What the dynamic linker needs to find the shared libraries of Debian packages unpacked under `root`. */
export function libraryEnv(root: string): Record<string, string> {
  const folders = ['lib', 'usr/lib']
    .map((name) => join(root, name))
    .flatMap((folder) => [folder, ...entries(folder).map((name) => join(folder, name))])
    .filter((folder) => entries(folder).some((name) => /\.so(\.|$)/.test(name)));
  if (folders.length === 0) return {};
  return { LD_LIBRARY_PATH: [...folders, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':') };
}

/** The names in a folder; none if it cannot be read. */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
