import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Sees to it that forks end with this process, also when it is killed while a fork is in an endless loop. */
export interface Watchdog {
  /** A fork has started. */
  watch(pid: number): void;
  /** It has ended. */
  forget(pid: number): void;
  /** Ends the watchdog. */
  close(): void;
}

/** A watchdog in a process of its own, since nothing in a fork may take time from what is measured there. */
export function startWatchdog(): Watchdog {
  const program = fileURLToPath(new URL('./watchdog-main.js', import.meta.url));
  const child = spawn(process.execPath, [program], {
    // What ends this process from a terminal does not end the watchdog.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
    windowsHide: true,
  });
  child.unref();
  // Without it, forks still end by themselves, unless they are in an endless loop at that moment.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  return {
    watch: (pid) => void child.stdin.write(`+${pid}\n`),
    forget: (pid) => void child.stdin.write(`-${pid}\n`),
    close: () => void child.stdin.end(),
  };
}
