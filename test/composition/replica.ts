import { Lifecycle, LifecycleModule } from '@envol/common';
import { ServiceDiscovery, ServiceDiscoveryModule, type RegistryDefinition } from '@envol/discovery';
import { freePort } from '@envol/services';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';

/** What a {@link Replica} does with a message. */
type Answer = (data: unknown) => unknown;

/** A microservice of Nest in this process that registers itself as `echo`. */
export class Replica {
  private constructor(
    readonly port: number,
    private readonly app: INestMicroservice,
  ) {}

  static async start(registry: RegistryDefinition, answer: Answer = (data) => data): Promise<Replica> {
    @Controller()
    class EchoController {
      @MessagePattern('echo')
      echo(@Payload() data: unknown): unknown {
        return answer(data);
      }
    }

    @Module({
      imports: [
        LifecycleModule,
        ServiceDiscoveryModule.forRoot({ registry, register: { name: 'echo', check: { type: 'ttl', ttl: '5s' } } }),
      ],
      controllers: [EchoController],
    })
    class ReplicaModule {}

    const port = await freePort();
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(ReplicaModule, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
      logger: ['error'],
    });
    await app.listen();
    await app.get(ServiceDiscovery).announce({ host: '127.0.0.1', port });
    return new Replica(port, app);
  }

  /** Leaves the registry, and goes on serving. */
  drain(): Promise<void> {
    return this.app.get(Lifecycle).drain();
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
