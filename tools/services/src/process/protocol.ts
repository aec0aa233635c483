/** One program to run, complete: nothing is inherited from the supervisor. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The account to run under; default the caller's own. Only root may name another. */
  readonly uid?: number;
  readonly gid?: number;
}

/** One way to ask a server to end, and how long to wait for it before the next way. */
export interface StopStep {
  readonly ask: NodeJS.Signals | Command;
  readonly waitMs: number;
}

/** What a supervisor knows from its first moment, so that nothing is left when its parent dies at any point. */
export interface SupervisorPlan {
  /** How to stop the server. After the last step its whole process tree is killed. */
  readonly stop: readonly StopStep[];
  /** The same, when the parent died. */
  readonly orphaned: readonly StopStep[];
  /** Folders to remove at the end, whatever the end is. */
  readonly remove: readonly string[];
}

/**
 * - `run`: run a program to its end.
 * - `start`: start the server.
 * - `pause`, `resume`: SIGSTOP and SIGCONT for the server's process tree.
 * - `kill`: SIGKILL for the tree; answered when all of it is dead.
 * - `stop`: the steps of the plan.
 * - `clean`: remove the folders of the plan.
 */
export type Operation = 'run' | 'start' | 'pause' | 'resume' | 'kill' | 'stop' | 'clean';

export interface Request {
  readonly id: number;
  readonly operation: Operation;
  /** For `run` and `start`. */
  readonly command?: Command;
}

/** How a process is, or how it ended. */
export interface ProcessReport {
  readonly pid: number;
  /** Undefined while it runs and after a signal. */
  readonly exitCode?: number;
  /** The end of what it wrote to its standard output and error. */
  readonly output: string;
}

/** From the supervisor to its parent: the answer to a request, or the news that the server ended. */
export type Message =
  | { readonly kind: 'answer'; readonly id: number; readonly report?: ProcessReport }
  | { readonly kind: 'failure'; readonly id: number; readonly error: string }
  | { readonly kind: 'exited'; readonly report: ProcessReport };
