/**
 * A small process between us and one server: it starts the server, acts on it for us, and when we die, by SIGKILL
 * too, it ends the server and removes the throwaway folders. As the server's parent it knows at every moment whether
 * the server lives, so it never signals a number that has passed to another process.
 *
 * Plain JavaScript, checked by tsc, so that the same file runs from src (under Jest) and from dist.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { killTree, pauseTree, resumeTree } from './process-tree.js';

/** @typedef {import('./protocol.js').Command} Command */
/** @typedef {import('./protocol.js').Message} Message */
/** @typedef {import('./protocol.js').ProcessReport} ProcessReport */
/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').StopStep} StopStep */
/**
 * @typedef {object} Running
 * @property {number} pid
 * @property {() => boolean} alive
 * @property {(signal: NodeJS.Signals) => void} kill
 * @property {Promise<unknown>} spawned rejects when there is no such program
 * @property {Promise<ProcessReport>} ended
 */

const OUTPUT_LIMIT = 8192;

/** @type {import('./protocol.js').SupervisorPlan} */
const plan = JSON.parse(process.argv[2] ?? '');

/** @type {Running | undefined} */
let running;
let ending = false;

process.on('message', (/** @type {Request} */ request) => void answer(request));
process.on('disconnect', () => void end());
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => void end());
process.on('uncaughtException', () => void end());
if (!process.connected) void end();

/** @param {Request} request */
async function answer(request) {
  try {
    const report = await perform(request);
    tell({ kind: 'answer', id: request.id, ...(report && { report }) });
  } catch (error) {
    tell({ kind: 'failure', id: request.id, error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * @param {Request} request
 * @returns {Promise<ProcessReport | undefined>}
 */
async function perform({ operation, command }) {
  if (ending) throw new Error('the supervisor is ending');
  switch (operation) {
    case 'run':
    case 'start': {
      if (command === undefined) throw new Error(`${operation} needs a command`);
      const started = (running = launch(command)); // known before anything is awaited, so that end() sees it
      await started.spawned;
      if (operation === 'run') return started.ended;
      void started.ended.then((report) => tell({ kind: 'exited', report }));
      return { pid: started.pid, output: '' };
    }
    case 'pause':
      if (running?.alive()) pauseTree(running.pid);
      break;
    case 'resume':
      if (running?.alive()) resumeTree(running.pid);
      break;
    case 'kill':
      await stop([]);
      break;
    case 'stop':
      await stop(plan.stop);
      break;
    case 'clean':
      clean();
  }
  return undefined;
}

/**
 * @param {Command} command
 * @returns {Running}
 */
function launch({ file, args, ...options }) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const { pid = 0 } = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-OUTPUT_LIMIT)));
  }
  const spawned = once(child, 'spawn');
  const closed = once(child, 'close').catch(() => undefined);
  const ended = once(child, 'exit').then(async ([code]) => {
    // Its last words may still be in the pipe; a child of it that lives on may hold the pipe open.
    await Promise.race([closed, delay(500)]);
    return { pid, ...(typeof code === 'number' && { exitCode: code }), output };
  });
  ended.catch(() => undefined); // `spawned` says so
  return {
    pid,
    alive: () => pid !== 0 && child.exitCode === null && child.signalCode === null,
    kill: (signal) => void child.kill(signal),
    spawned,
    ended,
  };
}

/** @param {readonly StopStep[]} steps */
async function stop(steps) {
  const target = running;
  if (target?.alive() && steps.length > 0) resumeTree(target.pid);
  for (const { ask, waitMs } of steps) {
    if (!target?.alive()) break;
    if (typeof ask === 'string') target.kill(ask);
    else launch(ask);
    await Promise.race([target.ended, delay(waitMs)]);
  }
  if (target?.alive()) await killTree(target.pid);
  await target?.ended;
}

function clean() {
  for (const folder of plan.remove) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function end() {
  if (ending) return;
  ending = true;
  try {
    await stop(plan.orphaned);
    clean();
  } finally {
    process.exit();
  }
}

/** @param {Message} message */
function tell(message) {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
