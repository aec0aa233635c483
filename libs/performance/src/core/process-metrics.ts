import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '@envol/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { EventLoopDelay } from './event-loop-delay.js';
import { GcDurations } from './gc-durations.js';
import type { MetricRegistry } from './metric-registry.js';

/**
 * Memory, CPU, garbage collection and event loop of the process. Names that the Prometheus world knows (`process_*`,
 * and `nodejs_*` of prom-client) where there are any; all of them such that `promtool check metrics` has no complaint,
 * which prom-client's own set does not achieve.
 */
export class ProcessMetrics {
  readonly #loop: EventLoopDelay;
  readonly #gc: GcDurations;
  readonly #registry: Registry;
  readonly #clock: Clock;

  constructor(metrics: MetricRegistry, clock: Clock) {
    this.#registry = metrics.registry;
    this.#clock = clock;
    const loop = { name: 'nodejs_eventloop_delay_seconds', help: 'By how much a timer of 20 ms comes late' };
    this.#loop = new EventLoopDelay(metrics.histogram(loop), clock);
    const gc = metrics.histogramFamily(
      { name: 'nodejs_gc_duration_seconds', help: 'Time that garbage collections took, by their kind' },
      ['kind'],
    );
    this.#gc = new GcDurations((kind) => gc.at([kind]));
    this.#registerCounters();
    this.#registerGauges();
  }

  start(): void {
    this.#loop.start();
    this.#gc.start();
  }

  stop(): void {
    this.#loop.stop();
    this.#gc.stop();
  }

  #registerCounters(): void {
    this.#counter('process_cpu_seconds_total', 'CPU time of the process, user and system', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    });
    this.#counter(
      'nodejs_eventloop_active_seconds_total',
      'Time the event loop was not idle; its rate is the utilisation',
      () => performance.eventLoopUtilization().active / 1_000,
    );
  }

  #registerGauges(): void {
    const start = this.#clock.now() / 1_000 - process.uptime();
    this.#gauge('process_start_time_seconds', 'When the process began, in seconds since the epoch', () => start);
    this.#gauge('process_resident_memory_bytes', 'Memory the process has in RAM', () => process.memoryUsage.rss());
    this.#gauge('nodejs_heap_size_used_bytes', 'Heap in use', () => getHeapStatistics().used_heap_size);
    this.#gauge(
      'nodejs_heap_size_total_bytes',
      'Heap taken from the system',
      () => getHeapStatistics().total_heap_size,
    );
    this.#gauge(
      'nodejs_heap_size_limit_bytes',
      'Most that V8 takes for the heap',
      () => getHeapStatistics().heap_size_limit,
    );
    this.#gauge(
      'nodejs_external_memory_bytes',
      'Memory outside the heap that objects hold, buffers above all',
      () => getHeapStatistics().external_memory,
    );
    const version = new Gauge({
      name: 'nodejs_version_info',
      help: 'Version of Node.js',
      labelNames: ['version'],
      registers: [],
    });
    version.set({ version: process.version }, 1);
    this.#registry.registerMetric(version);
  }

  #counter(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    this.#registry.registerMetric(new Counter({ name, help, registers: [], collect }));
  }

  #gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    this.#registry.registerMetric(new Gauge({ name, help, registers: [], collect }));
  }
}
