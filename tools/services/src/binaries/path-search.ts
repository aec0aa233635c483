import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The first executable file of that name in the folders of PATH. */
export function findOnPath(name: string): string | undefined {
  return findIn(foldersOfPath(), name);
}

export function foldersOfPath(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** The first executable file of that name in these folders. */
export function findIn(folders: readonly string[], name: string): string | undefined {
  return folders.map((folder) => resolve(folder, executableName(name))).find(isExecutable);
}

export function executableName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
