import type { Counter, MetricsSink } from '@envol/common';
import type { RegistrationState } from './description.js';

const STATES: readonly RegistrationState[] = ['waiting', 'registering', 'registered', 'unconfirmed'];

/** The instruments of the registrations of this process. */
export class RegistrationMetrics {
  readonly forgotten: Counter;
  readonly errors: Readonly<Record<'register' | 'renew' | 'deregister', Counter>>;

  constructor(sink: MetricsSink, count: (state: RegistrationState) => number) {
    this.forgotten = sink.counter({
      name: 'envol_discovery_forgotten_registrations_total',
      help: 'Times that the registry had lost a registration, which was then made again',
    });
    const errors = (operation: string): Counter =>
      sink.counter(
        {
          name: 'envol_discovery_registration_errors_total',
          help: 'Failed calls to the registry about a registration',
        },
        { operation },
      );
    this.errors = { register: errors('register'), renew: errors('renew'), deregister: errors('deregister') };
    for (const state of STATES) {
      const definition = {
        name: 'envol_discovery_registrations',
        help: 'Registrations of this process by state',
      } as const;
      sink.gauge(definition, () => count(state), { state });
    }
  }
}
