import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isEnvolError } from '@envol/common';
import { findPromtool } from '@envol/services';
import { z } from 'zod';

const failure = z.object({ stdout: z.string(), stderr: z.string() });

/**
 * Runs promtool, Prometheus's own checker, in a folder with these files, and resolves to what it printed; rejects with
 * all that it said when it is not content, or with the command that gets it when it is missing.
 */
export async function promtool(files: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const program = locate();
  const folder = await mkdtemp(join(tmpdir(), 'envol-promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const options = { cwd: folder, env: { ...process.env, ...program.env }, timeout: 60_000 };
    const { stdout } = await promisify(execFile)(program.file, args, options);
    return stdout;
  } catch (error) {
    const said = failure.safeParse(error);
    if (!said.success) throw error;
    throw new Error(`promtool ${args.join(' ')}\n${said.data.stdout}${said.data.stderr}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function locate(): ReturnType<typeof findPromtool> {
  try {
    return findPromtool();
  } catch (error) {
    // Jest does not print the hint.
    throw isEnvolError(error) ? new Error(`${error.message} ${error.hint}`, { cause: error }) : error;
  }
}
