import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EnvolError } from '@envol/common';

const TIMEOUT_MS = 600_000;

/** An install that came to nothing. `what` says why, in one line. */
export function installFailed(what: string, cause?: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_SERVICES_INSTALL_FAILED',
    what,
    'Check the network and the sources of apt, or install the program by hand.',
    { cause },
  );
}

/**
 * Runs apt-get or dpkg to its end; resolves with what it wrote.
 *
 * @throws EnvolError `ENVOL_SERVICES_INSTALL_FAILED` with its own words
 */
export async function runApt(program: 'apt-get' | 'dpkg', args: readonly string[], cwd: string): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)(program, args, { cwd, env, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const hasOutput = typeof error === 'object' && error !== null && 'stderr' in error;
    const said = hasOutput ? oneLine(String(error.stderr)) : '';
    throw installFailed(`${program} failed: ${said || String(error)}`, error);
  }
}

/** apt's errors without its warnings, or all it said if there are none. */
function oneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('E: '));
  return (errors.length > 0 ? errors : lines.filter(Boolean)).join(' ');
}

/** Settings of apt as arguments. */
export function aptSettings(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
