import { Lifecycle } from '@envol/common';
import { clientToken, LoadBalancedClientProxy } from '@envol/load-balancer';
import { Controller, Get, Inject, Module, type DynamicModule, type INestApplication } from '@nestjs/common';

const PLACES = Symbol('atlas:places');

/** What the people who run Atlas may see, on a port that the world does not reach. */
@Controller()
class ManagementController {
  constructor(
    private readonly lifecycle: Lifecycle,
    @Inject(PLACES) private readonly places: LoadBalancedClientProxy,
  ) {}

  @Get('health')
  health() {
    const { phase, waitingFor } = this.lifecycle;
    return { phase, waitingFor, uptimeSeconds: Math.round(process.uptime()) };
  }

  @Get('describe')
  describe() {
    return { places: this.places.describe() };
  }
}

/** The management side looks at the objects of the public application; it has none of its own. */
@Module({})
export class ManagementModule {
  static of(gateway: INestApplication): DynamicModule {
    return {
      module: ManagementModule,
      controllers: [ManagementController],
      providers: [
        { provide: Lifecycle, useValue: gateway.get(Lifecycle) },
        { provide: PLACES, useValue: gateway.get(clientToken('places'), { strict: false }) },
      ],
    };
  }
}
