import type { Counter, MetricsSink } from '@envol/common';

/** What the gauges of one watched service read. */
export interface ServiceReadings {
  readonly instances: () => number;
  readonly held: () => number;
  /** In seconds. */
  readonly answerAge: () => number;
}

/** The instruments of one watched service. Their number is bounded by `maxServices`. */
export class ServiceMetrics {
  readonly errors: Counter;
  readonly holds: Counter;
  readonly refused: Counter;

  constructor(sink: MetricsSink, service: string, { instances, held, answerAge }: ServiceReadings) {
    const labels = { service };
    this.errors = sink.counter(
      { name: 'envol_discovery_watch_errors_total', help: 'Failed attempts to read a service from the registry' },
      labels,
    );
    this.holds = sink.counter(
      { name: 'envol_discovery_holds_total', help: 'Times that most instances vanished together and were held' },
      labels,
    );
    this.refused = sink.counter(
      {
        name: 'envol_discovery_refused_instances_total',
        help: 'Instances left out for what the registry says of them',
      },
      labels,
    );
    sink.gauge({ name: 'envol_discovery_instances', help: 'Instances listed, held ones included' }, instances, labels);
    sink.gauge({ name: 'envol_discovery_held_instances', help: 'Instances listed after they vanished' }, held, labels);
    sink.gauge(
      { name: 'envol_discovery_answer_age_seconds', help: 'Time since the registry answered last, or since the start' },
      answerAge,
      labels,
    );
  }
}
