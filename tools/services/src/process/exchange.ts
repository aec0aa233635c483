import { connect } from 'node:net';
import { HOST } from './ports.js';

const TIMEOUT_MS = 2000;

/**
 * Asks a server one thing over a connection of its own.
 *
 * @param read is given all that came back so far, until it finds its answer there; what it throws is the error
 */
export function exchange<T>(port: number, bytes: Buffer, read: (received: Buffer) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, HOST, () => socket.write(bytes));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      try {
        const found = read(received);
        if (found === undefined) return;
        resolve(found);
        socket.destroy();
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', reject).on('close', () => reject(new Error('the connection was closed')));
  });
}
