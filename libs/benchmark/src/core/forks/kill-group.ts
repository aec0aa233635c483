/**
 * Ends a process that leads a group of its own, and what it has started; also when it is gone and only that is left. On
 * Windows there are no groups: there only the process itself.
 */
export function killGroup(leader: number): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
  } catch {
    // There is nothing left of it.
  }
}
