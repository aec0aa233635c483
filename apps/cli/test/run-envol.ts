import { runCli } from '../src/cli.js';

/** What a run of the command wrote and came to. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs `envol` in this process. */
export async function envol(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const { cwd = process.cwd(), isTTY = false, signal = new AbortController().signal } = surroundings;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({ isTTY, write: (text: string) => (written[name] += text) });
  const code = await runCli(args, { stdout: output('stdout'), stderr: output('stderr'), cwd, signal });
  return { code, ...written };
}

/** The JSON that ends standard output. */
export function lastLine(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
