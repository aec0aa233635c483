import { IntervalFigures, type IntervalSummary } from './interval-figures.js';
import type { EndedRequest } from './requests.js';

/** What happened in one interval of a load test. */
export interface SeriesPoint extends IntervalSummary {
  /** End of the interval, in milliseconds from the end of the warm-up. */
  readonly at: number;
  /** Open loop: requests per second; closed loop: connections. */
  readonly planned: number;
  /** At the end of the interval. */
  readonly inFlight: number;
}

/** How a load test went over time. */
export interface TimeSeries {
  /**
   * Milliseconds that a point covers: whole seconds, more than one where there would be too many points. The last point
   * covers less.
   */
  readonly interval: number;
  readonly points: readonly SeriesPoint[];
}

/** More points than these (ten minutes of seconds) nobody looks at. */
const MOST_POINTS = 600;

const SECOND = 1_000;

/** Where a load test stands. */
export interface LoadState {
  readonly planned: number;
  readonly inFlight: number;
}

/** Records a {@link TimeSeries}. */
export class TimeSeriesRecorder {
  readonly #interval: number;
  readonly #start: number;
  readonly #figures: IntervalFigures;
  readonly #points: SeriesPoint[] = [];
  #last: number;

  /**
   * @param start where the series begins, in milliseconds from the start of the run
   * @param duration of what is recorded, in milliseconds
   */
  constructor(start: number, duration: number) {
    this.#interval = Math.max(1, Math.ceil(duration / SECOND / MOST_POINTS)) * SECOND;
    this.#start = start;
    this.#last = start;
    this.#figures = new IntervalFigures(start);
  }

  record(request: EndedRequest): void {
    this.#figures.record(request);
  }

  drop(): void {
    this.#figures.drop();
  }

  /** Ends the interval if it is over; to be called about every second. */
  tick(now: number, state: LoadState): void {
    if (now > this.#last + this.#interval - SECOND / 2) this.#add(now, state);
  }

  /** Ends the last interval. */
  end(now: number, state: LoadState): TimeSeries {
    if (now > this.#last) this.#add(now, state);
    return { interval: this.#interval, points: this.#points };
  }

  #add(now: number, { planned, inFlight }: LoadState): void {
    this.#points.push({ at: now - this.#start, planned, inFlight, ...this.#figures.take(now) });
    this.#last = now;
  }
}
