import type { CliCommand } from '../command.js';
import { benchCommand } from './bench.js';
import { loadCommand } from './load.js';

/** In the order of the help. */
export const COMMANDS: readonly CliCommand[] = [benchCommand, loadCommand];
