import 'reflect-metadata';
import { Launcher } from './launcher/launcher.js';
import { welcome } from './launcher/welcome.js';
import { exitWith } from './process/fatal.js';
import { onShutdown } from './process/shutdown.js';
import { checkProfile } from './profile.js';
import { readSettings } from './settings.js';

/** Longer than everything in {@link Launcher.stop} takes; only for when something there hangs. */
const STOP_DEADLINE = 20_000;

async function start(): Promise<void> {
  const settings = readSettings();
  checkProfile(process.argv.slice(2), settings);
  process.env['LOG_PRETTY'] ??= process.stdout.isTTY ? 'true' : 'false';
  console.log('Atlas starts ...');
  const launcher = new Launcher(settings);
  let isEnding = false;
  onShutdown(() => {
    isEnding = true;
    return launcher.stop();
  }, STOP_DEADLINE);
  try {
    const shards = await launcher.start();
    const { HOST, PORT, MANAGEMENT_PORT, REPLICAS } = settings;
    const address = { url: `http://${HOST}:${PORT}`, managementUrl: `http://127.0.0.1:${MANAGEMENT_PORT}` };
    if (!isEnding) console.log(welcome(address, { replicas: REPLICAS, shards: shards.length }));
  } catch (error) {
    if (!isEnding) throw error;
  }
}

start().catch(exitWith);
