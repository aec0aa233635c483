import type { Counter, Histogram, MetricsSink } from '@envol/common';

/** How a request ended: answered, answered with an error of the application, not answered, given up by the caller. */
export type RequestOutcome = 'ok' | 'application_error' | 'failed' | 'cancelled';

/** What an instance in the list does, as metrics and `describe()` name it. */
const INSTANCE_STATES = ['idle', 'connecting', 'ready', 'ejected', 'unreachable', 'draining'] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** The instruments of one client. Labels are its name and small fixed sets, never an address. */
export class ClientMetrics {
  readonly requests: Readonly<Record<RequestOutcome, Counter>>;
  readonly events: Readonly<Record<'sent' | 'failed', Counter>>;
  readonly retries: Counter;
  readonly ejections: Counter;
  readonly seconds: Histogram;

  constructor(sink: MetricsSink, client: string, countInstances: (state: InstanceState) => number) {
    const requests = (outcome: RequestOutcome): Counter =>
      sink.counter(
        { name: 'envol_load_balancer_requests_total', help: 'Requests by how they ended' },
        { client, outcome },
      );
    this.requests = {
      ok: requests('ok'),
      application_error: requests('application_error'),
      failed: requests('failed'),
      cancelled: requests('cancelled'),
    };
    const events = (outcome: 'sent' | 'failed'): Counter =>
      sink.counter({ name: 'envol_load_balancer_events_total', help: 'Events by how they ended' }, { client, outcome });
    this.events = { sent: events('sent'), failed: events('failed') };
    this.retries = sink.counter(
      { name: 'envol_load_balancer_retries_total', help: 'Attempts after the first one of a request or event' },
      { client },
    );
    this.ejections = sink.counter(
      { name: 'envol_load_balancer_ejections_total', help: 'Instances left out for failing several times in a row' },
      { client },
    );
    this.seconds = sink.histogram(
      {
        name: 'envol_load_balancer_request_seconds',
        help: 'Time to the first answer or to the failure, retries included',
      },
      { client },
    );
    for (const state of INSTANCE_STATES) {
      sink.gauge({ name: 'envol_load_balancer_instances', help: 'Instances by state' }, () => countInstances(state), {
        client,
        state,
      });
    }
  }
}
