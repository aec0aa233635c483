import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EnvolError, resolveOptions } from '@envol/common/core';
import { configSchema, type ResolvedConfig } from './config.js';

/** Looked for in the working directory, in this order. */
const FILES = ['envol.config.js', 'envol.config.mjs'];

/**
 * Reads the default export of `path`, or of the first file of that name in `cwd`; without a file, all defaults.
 *
 * @throws EnvolError `ENVOL_CLI_NO_CONFIG`, `ENVOL_CLI_INVALID_CONFIG`, `ENVOL_CLI_INVALID_OPTIONS`
 */
export async function loadConfig(cwd: string, path?: string): Promise<ResolvedConfig> {
  const candidates = (path === undefined ? FILES : [path]).map((name) => resolve(cwd, name));
  const existing = await Promise.all(candidates.map(exists));
  const file = candidates.find((_, index) => existing[index]);
  if (file === undefined && path !== undefined) throw noConfig(path);
  const owner = { lib: 'cli', what: file ?? 'defaults' };
  return resolveOptions(owner, configSchema, file === undefined ? {} : await defaultExport(file));
}

async function defaultExport(file: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidConfig(`${file} cannot be imported: ${reason}`, cause);
  });
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw invalidConfig(`${file} has no default export`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function noConfig(path: string): EnvolError {
  return new EnvolError(
    'ENVOL_CLI_NO_CONFIG',
    `There is no file ${path}`,
    'Give --config the path of a file that exists.',
  );
}

function invalidConfig(message: string, cause?: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_CLI_INVALID_CONFIG',
    message,
    `It is to be an ES module: export default { bench: { files: ['bench/**/*.bench.js'] } };`,
    { cause },
  );
}
