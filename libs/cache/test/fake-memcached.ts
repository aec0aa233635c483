import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const HEADER_BYTES = 24;
const NOOP = 0x0a;

/** A server that greets like memcached (it answers NOOP) and leaves every other request to `onRequest`. */
export async function startFakeMemcached(onRequest: (socket: Socket, request: Buffer) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      for (let end = endOfRequest(received); end <= received.length; end = endOfRequest(received)) {
        const request = received.subarray(0, end);
        received = received.subarray(end);
        if (request[1] === NOOP) socket.write(answerTo(request));
        else onRequest(socket, request);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    close: (): void => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The header of an answer with status 0, and what it says of the length of what follows. */
export function answerTo(request: Buffer, { bodyBytes = 0, keyBytes = 0 } = {}): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(0x81, 0);
  header.writeUInt8(request.readUInt8(1), 1);
  header.writeUInt16BE(keyBytes, 2);
  header.writeUInt32BE(bodyBytes, 8);
  request.copy(header, 12, 12, 16);
  return header;
}

function endOfRequest(received: Buffer): number {
  return received.length < HEADER_BYTES ? Infinity : HEADER_BYTES + received.readUInt32BE(8);
}
