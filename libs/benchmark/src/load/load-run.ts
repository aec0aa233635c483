import { systemClock, withTimeout, type Clock, type Timer } from '@envol/common/core';
import { ClosedLoopDriver } from './closed-loop.js';
import { CpuMeter } from './cpu-meter.js';
import { IntervalFigures } from './interval-figures.js';
import type { LoadDriver } from './load-driver.js';
import { LoadFigures } from './load-figures.js';
import type { LoadPhase } from './load-progress.js';
import type { LoadReport } from './load-report.js';
import { reportOf } from './load-report-of.js';
import { targetOf, type LoadClient, type LoadTarget } from './load-target.js';
import type { ResolvedLoadRun, ResolvedLoadTest } from './load-test-options.js';
import { OpenLoopDriver } from './open-loop.js';
import { Requests, type EndedRequest } from './requests.js';
import { totalDuration, type Stage } from './stages.js';
import { TimeSeriesRecorder, type LoadState } from './time-series.js';

const SECOND = 1_000;

/** Keeps the process alive, which the timers of a clock do not. */
const LONG = 2 ** 31 - 1;

/** One run of a load test. */
export class LoadRun {
  readonly #options: ResolvedLoadTest;
  readonly #clock: Clock;
  readonly #onProgress: ResolvedLoadRun['onProgress'];
  readonly #target: LoadTarget;
  readonly #client: LoadClient;
  readonly #start: number;
  readonly #stages: readonly Stage[];
  readonly #figures = new LoadFigures();
  readonly #lastSecond = new IntervalFigures(0);
  readonly #series: TimeSeriesRecorder;
  readonly #requests: Requests;
  readonly #driver: LoadDriver;
  readonly #abort = new AbortController();
  #phase: LoadPhase = 'load';
  #errors = 0;
  #dropped = 0;
  #ticker: Timer | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: ResolvedLoadTest, onProgress: ResolvedLoadRun['onProgress']) {
    const { load, warmUp, drain, timeout, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#target = targetOf(options.target);
    this.#client = this.#target.open();
    this.#stages = withWarmUp(load.stages, warmUp);
    this.#series = new TimeSeriesRecorder(warmUp, totalDuration(load.stages) + drain);
    this.#start = clock.monotonic();
    const elapsed = this.#elapsed;
    this.#requests = new Requests({
      client: this.#client,
      timeout,
      clock,
      elapsed,
      onEnd: (ended) => this.#onEnd(ended),
    });
    const parts = { stages: this.#stages, requests: this.#requests, clock, elapsed };
    this.#driver =
      load.loop === 'open'
        ? new OpenLoopDriver({ ...parts, load, onDrop: (due) => this.#onDrop(due) })
        : new ClosedLoopDriver({ ...parts, load });
  }

  /** Runs it to the end, or until `signal` aborts. */
  async run(signal: AbortSignal | undefined): Promise<LoadReport> {
    const createdAt = new Date(this.#clock.now()).toISOString();
    const cpu = new CpuMeter();
    const keepAlive = setInterval(() => undefined, LONG);
    const abort = (): void => this.#abort.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      const end = await this.#sendAll();
      signal?.removeEventListener('abort', abort);
      const warnings = await this.#close();
      if (this.#failure !== undefined) throw this.#failure.error;
      return reportOf({
        options: this.#options,
        target: this.#target.name,
        createdAt,
        figures: this.#figures,
        series: this.#series.end(end, this.#stateAt(end)),
        cpu: cpu.share(),
        end,
        aborted: this.#abort.signal.aborted,
        warnings,
      });
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** @returns when it was over */
  async #sendAll(): Promise<number> {
    const { signal } = this.#abort;
    this.#tickAt(SECOND);
    await this.#driver.run(signal);
    this.#phase = 'drain';
    await this.#requests.drain(this.#options.drain, signal);
    this.#phase = 'done';
    this.#ticker?.cancel();
    const end = this.#elapsed();
    this.#tellProgress(end);
    return end;
  }

  readonly #elapsed = (): number => this.#clock.monotonic() - this.#start;

  #onEnd(request: EndedRequest): void {
    this.#lastSecond.record(request);
    if (request.outcome.type === 'failed') this.#errors += 1;
    if (request.due < this.#options.warmUp) return;
    this.#figures.record(request);
    this.#series.record(request);
  }

  #onDrop(due: number): void {
    this.#lastSecond.drop();
    this.#dropped += 1;
    if (due < this.#options.warmUp) return;
    this.#figures.drop();
    this.#series.drop();
  }

  #tickAt(time: number): void {
    this.#ticker = this.#clock.setTimeout(
      () => {
        const now = this.#elapsed();
        if (now > this.#options.warmUp) this.#series.tick(now, this.#stateAt(now));
        this.#tickAt(Math.max(time, Math.floor(now / SECOND) * SECOND) + SECOND);
        this.#tellProgress(now);
      },
      Math.max(0, time - this.#elapsed()),
    );
  }

  #tellProgress(now: number): void {
    const { warmUp, load } = this.#options;
    const { rate, p50, p99 } =
      this.#phase === 'done' ? this.#figures.overall(now - warmUp) : this.#lastSecond.take(now);
    try {
      this.#onProgress?.({
        phase: this.#phase === 'load' && now < warmUp ? 'warm-up' : this.#phase,
        loop: load.loop,
        elapsed: now,
        duration: totalDuration(this.#stages),
        ...this.#stateAt(now),
        rate,
        ...(p50 !== undefined && { p50 }),
        ...(p99 !== undefined && { p99 }),
        errors: this.#errors,
        dropped: this.#dropped,
      });
    } catch (error) {
      this.#failure ??= { error };
      this.#abort.abort();
    }
  }

  #stateAt(now: number): LoadState {
    return { planned: this.#driver.plannedAt(now), inFlight: this.#requests.inFlight };
  }

  /** The figures are not lost when the target cannot be closed; that becomes a warning. */
  async #close(): Promise<string[]> {
    const { timeout } = this.#options;
    const tooSlow = (): Error => new Error(`not done after ${timeout} ms`);
    try {
      await withTimeout(Promise.resolve(this.#client.close?.()), timeout, this.#clock, tooSlow);
      return [];
    } catch (error) {
      return [`The target could not be closed: ${error instanceof Error ? error.message : String(error)}.`];
    }
  }
}

function withWarmUp(stages: readonly Stage[], duration: number): readonly Stage[] {
  const [first] = stages;
  return duration === 0 || first === undefined ? stages : [{ duration, from: first.from, to: first.from }, ...stages];
}
