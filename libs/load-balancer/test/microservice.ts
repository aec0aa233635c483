import { ServerTCP, type TcpContext, type TcpOptions } from '@nestjs/microservices';
import { portOf } from './ports.js';

/** Handlers by pattern. */
export type Handlers = Readonly<Record<string, (data: unknown, context: TcpContext) => unknown>>;

/** What else a {@link startMicroservice} may get. */
export interface MicroserviceSettings {
  readonly events?: Handlers;
  readonly options?: TcpOptions['options'];
  readonly prepare?: (server: ServerTCP) => ServerTCP;
}

/** A microservice of Nest in this process on a loopback port, without an application around it. */
export async function startMicroservice(
  requests: Handlers,
  { events = {}, options = {}, prepare = (server) => server }: MicroserviceSettings = {},
) {
  const server = prepare(new ServerTCP({ host: '127.0.0.1', port: 0, ...options }));
  for (const [isEvent, handlers] of [[false, requests] as const, [true, events] as const]) {
    for (const [pattern, handler] of Object.entries(handlers)) {
      server.addHandler(pattern, async (data: unknown, context: TcpContext) => handler(data, context), isEvent);
    }
  }
  await new Promise<void>((resolve) => {
    server.listen(() => resolve());
  });
  const port = portOf(server.unwrap());
  return { port, instance: { host: '127.0.0.1', port }, close: () => server.close() };
}
