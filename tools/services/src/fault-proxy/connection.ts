import { connect, type Socket } from 'node:net';
import type { Faults } from './faults.js';
import { Pipe } from './pipe.js';

/** Where the server behind a proxy listens: any object that says so, by getters too, such as a `Service`. */
export interface TargetAddress {
  readonly host: string;
  readonly port: number;
}

/** A client's connection to a fault proxy and the proxy's own to the server behind it. */
export class Connection {
  private readonly upstream: Socket;
  private readonly pipes: readonly [Pipe, Pipe];

  constructor(
    private readonly client: Socket,
    { host, port }: TargetAddress,
    faults: Faults,
    onClose: () => void,
  ) {
    this.upstream = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.pipes = [new Pipe(client, this.upstream, faults, false), new Pipe(this.upstream, client, faults, true)];
    // Only an error ends the other side at once; a normal end travels through the pipe like the bytes before it.
    client.on('error', () => this.destroy());
    this.upstream.on('error', () => {
      if (faults.swallows) this.upstream.destroy();
      else this.destroy();
    });
    client.on('close', () => {
      for (const pipe of this.pipes) pipe.close();
      this.upstream.destroy();
      onClose();
    });
  }

  /** Ends both sides with a reset. */
  destroy(): void {
    this.client.resetAndDestroy();
    this.upstream.destroy();
  }

  /** After a half-open time: a connection that lost bytes cannot go on. */
  destroyIfLossy(): void {
    if (this.upstream.destroyed || this.pipes.some(({ lossy }) => lossy)) this.destroy();
  }
}
