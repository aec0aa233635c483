import { requestContext, type Clock } from '@envol/common';
import type { Outcome } from './duration-stats.js';
import type { BucketHistogram } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';
import type { PerformanceMonitor } from './performance-monitor.js';
import type { SeriesFamily } from './series-family.js';

/** What {@link RpcTiming} needs from its surroundings. */
export interface RpcTimingParts {
  readonly metrics: MetricRegistry;
  readonly monitor: PerformanceMonitor;
  readonly clock: Clock;
}

/** A message that is being handled. */
export interface RpcCall {
  /** The handler has emitted a value; the first one counts. */
  emitted(): void;
  /** The handler is done; the first call counts. */
  end(outcome: Outcome): void;
}

/** Times the handlers of messages: until the first value, which is when a stream begins, and until the end. */
export class RpcTiming {
  readonly #parts: RpcTimingParts;
  readonly #seconds: SeriesFamily<BucketHistogram>;
  readonly #firstSeconds: SeriesFamily<BucketHistogram>;

  constructor(parts: RpcTimingParts) {
    this.#parts = parts;
    this.#seconds = parts.metrics.histogramFamily(
      { name: 'envol_performance_rpc_seconds', help: 'Time that message handlers took, by how they ended' },
      ['transport', 'pattern', 'outcome'],
    );
    this.#firstSeconds = parts.metrics.histogramFamily(
      {
        name: 'envol_performance_rpc_first_value_seconds',
        help: 'Time until message handlers emitted their first value',
      },
      ['transport', 'pattern'],
    );
  }

  start(transport: string, pattern: string): RpcCall {
    const { clock, monitor } = this.#parts;
    const { requestId } = requestContext.current();
    const start = clock.monotonic();
    const elapsed = () => (clock.monotonic() - start) / 1_000;
    let hasEmitted = false;
    let hasEnded = false;
    return {
      emitted: () => {
        if (!hasEmitted) this.#firstSeconds.at([transport, pattern]).record(elapsed());
        hasEmitted = true;
      },
      end: (outcome) => {
        if (hasEnded) return;
        hasEnded = true;
        const seconds = elapsed();
        this.#seconds.at([transport, pattern, outcome]).record(seconds);
        monitor.served({ kind: 'rpc', route: pattern, seconds, outcome, requestId });
      },
    };
  }
}
