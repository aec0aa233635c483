import { Global, Module, type OnModuleDestroy } from '@nestjs/common';
import { Lifecycle } from '../core/lifecycle.js';
import { LIFECYCLE } from './tokens.js';

/**
 * Gives the application its one {@link Lifecycle}, under its class and under the token `LIFECYCLE`. The modules of Envol
 * use it where it is there: what must be done before a server stops (deregister, let clients leave) is a step of its
 * drain. Closing the application drains it first, if nobody has before.
 */
@Global()
@Module({
  providers: [Lifecycle, { provide: LIFECYCLE, useExisting: Lifecycle }],
  exports: [Lifecycle, LIFECYCLE],
})
export class LifecycleModule implements OnModuleDestroy {
  constructor(private readonly lifecycle: Lifecycle) {}

  async onModuleDestroy(): Promise<void> {
    await this.lifecycle.drain();
  }
}
