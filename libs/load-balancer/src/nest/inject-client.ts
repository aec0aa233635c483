import { Inject } from '@nestjs/common';

/** The injection token of the client with this name. */
export function clientToken(name: string): symbol {
  return Symbol.for(`envol:load-balancer:client:${name}`);
}

/** Injects the `LoadBalancedClientProxy` with this name. */
export function InjectClient(name: string): PropertyDecorator & ParameterDecorator {
  return Inject(clientToken(name));
}
