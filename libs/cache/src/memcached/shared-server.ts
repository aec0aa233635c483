import type { Clock } from '@envol/common';
import { Connection, type Credentials } from './connection.js';
import type { ServerAddress } from './server-address.js';

/**
 * A memcached and the one connection to it, for all stores of one definition. Whoever asks first after the connection
 * was lost makes a new one; it is closed when the last store is.
 */
export class SharedServer {
  readonly address: ServerAddress;
  readonly #credentials: Credentials | undefined;
  readonly #connectTimeout: number;
  #users = 0;
  #connection: Connection | undefined;

  /** @param connectTimeout in milliseconds */
  constructor(address: ServerAddress, credentials: Credentials | undefined, connectTimeout: number) {
    this.address = address;
    this.#credentials = credentials;
    this.#connectTimeout = connectTimeout;
  }

  /** Says that one more store uses it. */
  retain(): void {
    this.#users += 1;
  }

  /** Says that a store uses it no more. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#connection?.close();
  }

  /** The connection, once it is ready. Rejects when there is none within the connect timeout. */
  async connect(clock: Clock): Promise<Connection> {
    if (this.#users === 0) throw new Error('the store is closed');
    const connection = (this.#connection ??= this.#open(clock));
    await connection.ready;
    return connection;
  }

  /** Only a connection that is taken for good can be half-open; another one is being made already. */
  reconnect(): void {
    if (this.#connection?.isReady) this.#connection.close();
  }

  #open(clock: Clock): Connection {
    const connection: Connection = new Connection({
      address: this.address,
      credentials: this.#credentials,
      connectTimeout: this.#connectTimeout,
      clock,
      onLost: () => {
        if (this.#connection === connection) this.#connection = undefined;
      },
    });
    return connection;
  }
}
