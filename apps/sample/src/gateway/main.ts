import 'reflect-metadata';
import { exitWith } from '../process/fatal.js';
import { onShutdown, reportReady } from '../process/shutdown.js';
import { readSettings } from '../settings.js';
import { startGateway } from './gateway.js';

const CLOSE_DEADLINE = 3_500;

async function start(): Promise<void> {
  const gateway = await startGateway(readSettings());
  onShutdown(() => gateway.close(), CLOSE_DEADLINE);
  await gateway.ready;
  reportReady();
}

start().catch(exitWith);
