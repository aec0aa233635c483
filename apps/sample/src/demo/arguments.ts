import { EnvolError } from '@envol/common';

export type Profile = 'embedded' | 'real';

/** What the command line says. */
export interface DemoArguments {
  readonly help: boolean;
  readonly profile: Profile;
  /** Requests per second. */
  readonly rate: number;
  /** Length of the load. */
  readonly seconds: number;
  /** The file for the figures, `-` for standard output; none by default. */
  readonly json: string | undefined;
}

export const HELP = `npm run demo -- [options]

Starts Atlas, puts it under load, kills one of its three replicas, starts it again, checks every answer against
the data file, and prints what happened.

  --profile embedded|real   embedded (default): nothing to install. real: with throwaway servers of Redis,
                            memcached and Consul, and two of PostgreSQL
  --rate N                  requests per second, from 50 to 2000; default 150
  --seconds N               how long the load lasts, from 6 to 600; default 20. The replica is killed after 35 %
                            of it and started again after 70 %
  --json [FILE]             the figures as JSON: into the file, or as the last line of standard output
  --help                    this text

Free ports are taken unless PORT and MANAGEMENT_PORT are set. The data stays in ATLAS_DIR, by default .atlas/demo,
so that the next demo starts at once; npm run clean removes it. The other settings of Atlas hold too (README.md).

Exit codes: 0 passed, 1 failed (the last lines say why), 130 ended by Ctrl-C.
`;

const DEFAULTS: DemoArguments = { help: false, profile: 'embedded', rate: 150, seconds: 20, json: undefined };

/** Takes what it needs from the arguments that follow a flag. */
type Reader = (rest: string[], flag: string) => Partial<DemoArguments>;

const FLAGS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['--help', () => ({ help: true })],
  ['--profile', (rest) => ({ profile: profileFrom(rest.shift()) })],
  ['--rate', (rest, flag) => ({ rate: wholeNumber(flag, rest.shift(), 50, 2_000) })],
  ['--seconds', (rest, flag) => ({ seconds: wholeNumber(flag, rest.shift(), 6, 600) })],
  ['--json', (rest) => ({ json: rest[0] === undefined || rest[0].startsWith('--') ? '-' : rest.shift() })],
]);

/**
 * Reads the arguments of the demo.
 *
 * @throws EnvolError `ENVOL_ATLAS_INVALID_ARGUMENTS` that names the one that is wrong
 */
export function parseArguments(args: readonly string[]): DemoArguments {
  const rest = [...args];
  let parsed = DEFAULTS;
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const read = FLAGS.get(flag);
    if (read === undefined) throw invalid(`The demo does not know ${JSON.stringify(flag)}`);
    parsed = { ...parsed, ...read(rest, flag) };
  }
  return parsed;
}

function profileFrom(text: string | undefined): Profile {
  if (text === 'embedded' || text === 'real') return text;
  throw invalid(`--profile is ${given(text)}; it can be embedded or real`);
}

function wholeNumber(flag: string, text: string | undefined, least: number, most: number): number {
  const value = Number(text);
  if (text !== undefined && /^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw invalid(`${flag} is ${given(text)}; it can be a whole number from ${least} to ${most}`);
}

function given(text: string | undefined): string {
  return text === undefined ? 'given without a value' : JSON.stringify(text);
}

function invalid(message: string): EnvolError {
  return new EnvolError('ENVOL_ATLAS_INVALID_ARGUMENTS', message, 'See npm run demo -- --help');
}
