/** `drain`: all is sent, and answers are waited for. */
export type LoadPhase = 'warm-up' | 'load' | 'drain' | 'done';

/** How a load test stands. Times are milliseconds. */
export interface LoadProgress {
  readonly phase: LoadPhase;
  readonly loop: 'open' | 'closed';
  /** Since the start of the run, warm-up included. */
  readonly elapsed: number;
  /** What the run is to take, warm-up included and drain not. */
  readonly duration: number;
  /** Open loop: requests per second; closed loop: connections. */
  readonly planned: number;
  /** Successes per second since the last event; when done, of the whole run without its warm-up. */
  readonly rate: number;
  readonly inFlight: number;
  /** Latency of the successes of that time; absent when there were none. */
  readonly p50?: number;
  readonly p99?: number;
  /** So far, warm-up included. */
  readonly errors: number;
  /** So far, warm-up included. */
  readonly dropped: number;
}

/** A progress as one line of text. */
export function progressLine(progress: LoadProgress): string {
  const { phase, elapsed, duration, rate, inFlight, p50, p99, errors, dropped } = progress;
  return [
    `${phase.padEnd(7)} ${seconds(elapsed)}/${seconds(duration)} s`,
    `${rate.toFixed(0)}/s${plan(progress)}`,
    `${inFlight} in flight`,
    ...(p50 === undefined || p99 === undefined ? [] : [`p50 ${p50.toFixed(1)} ms`, `p99 ${p99.toFixed(1)} ms`]),
    `${errors} failed`,
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
  ].join('  ');
}

/** A stream for progress: `process.stderr`, for example. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR = '\r\u001B[2K';

/** For `onProgress`: on a terminal one line that is always rewritten, elsewhere one line for each event. */
export function progressWriter(stream: ProgressStream): (progress: LoadProgress) => void {
  return (progress) => {
    const line = progressLine(progress);
    if (stream.isTTY !== true) {
      stream.write(`${line}\n`);
      return;
    }
    // A line that wraps could not be cleared.
    const shown = line.slice(0, (stream.columns ?? 80) - 1);
    stream.write(`${CLEAR}${shown}${progress.phase === 'done' ? '\n' : ''}`);
  };
}

/** When all is sent, nothing is planned any more. */
function plan({ phase, loop, planned }: LoadProgress): string {
  if (phase === 'drain' || phase === 'done') return '';
  return loop === 'open' ? ` of ${planned.toFixed(0)}/s` : ` of ${planned} connections`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(0);
}
