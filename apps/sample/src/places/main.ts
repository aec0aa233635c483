import 'reflect-metadata';
import { exitWith } from '../process/fatal.js';
import { onShutdown, reportReady } from '../process/shutdown.js';
import { readSettings } from '../settings.js';
import { startReplica } from './replica.js';
import { replicaSettings } from './replica-settings.js';

const CLOSE_DEADLINE = 3_000;

async function start(): Promise<void> {
  const close = await startReplica(replicaSettings(readSettings()));
  onShutdown(close, CLOSE_DEADLINE);
  reportReady();
}

start().catch(exitWith);
