import type { AddressInfo } from 'node:net';
import { isEnvolError } from '@envol/common';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { Subscription } from 'rxjs';
import type { ResolvedDiscoveryOptions } from '../core/discovery-options.js';
import type { ServiceDiscovery } from '../core/service-discovery.js';

const logger = new Logger('ServiceDiscovery');

/** Announces this process when its HTTP server listens. Nest has no such event for microservices. */
export class SelfRegistration implements OnApplicationBootstrap {
  readonly #register: ResolvedDiscoveryOptions['register'];
  #listening: Subscription | undefined;

  constructor(
    { register }: ResolvedDiscoveryOptions,
    private readonly discovery: ServiceDiscovery,
    private readonly host: HttpAdapterHost | undefined,
  ) {
    this.#register = register;
  }

  onApplicationBootstrap(): void {
    if (this.#register === undefined) return;
    if (this.host?.httpAdapter === undefined) {
      logger.log('Not registered yet: call announce({ port }) of ServiceDiscovery when the server listens');
      return;
    }
    this.#listening = this.host.listen$.subscribe(() => void this.#announce());
  }

  stop(): void {
    this.#listening?.unsubscribe();
  }

  async #announce(): Promise<void> {
    const address = this.#addressOfServer();
    const host = this.#register?.host ?? address?.address;
    const port = this.#register?.port ?? address?.port;
    try {
      await this.discovery.announce({ ...(host !== undefined && { host }), ...(port !== undefined && { port }) });
    } catch (error) {
      if (isEnvolError(error, 'ENVOL_DISCOVERY_CLOSED')) return;
      logger.error(isEnvolError(error) ? `${error.message}. ${error.hint}` : String(error));
    }
  }

  /** A server on a Unix socket has no address that others could call. */
  #addressOfServer(): AddressInfo | undefined {
    const server: { address?: () => AddressInfo | string | null } | undefined = this.host?.httpAdapter.getHttpServer();
    const address = server?.address?.();
    return typeof address === 'object' && address !== null ? address : undefined;
  }
}
