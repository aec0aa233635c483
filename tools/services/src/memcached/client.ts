import { exchange } from '../process/exchange.js';
import type { SaslAccount } from './sasl.js';

/** From the binary protocol of memcached (protocol_binary.txt). */
const REQUEST = 0x80;
const HEADER_BYTES = 24;
const STAT = 0x10;
const SASL_AUTH = 0x21;

interface Answer {
  readonly operation: number;
  readonly status: number;
  readonly key: string;
  readonly value: string;
}

/** Asks for the pid: while ours fails to bind the port, another memcached may answer on it. */
export async function probe(port: number, pid: number, account: SaslAccount | undefined): Promise<void> {
  const answering = await (account === undefined ? askText(port) : askBinary(port, account));
  if (answering !== pid) throw new Error('another memcached answers on this port');
}

function askText(port: number): Promise<number> {
  return exchange(port, Buffer.from('stats\r\n'), (received) => {
    const text = received.toString('latin1');
    const pid = /^STAT pid (\d+)\r$/m.exec(text)?.[1];
    if (pid === undefined && /^(END|ERROR|CLIENT_ERROR|SERVER_ERROR)/m.test(text)) throw new Error(`it said: ${text}`);
    return pid === undefined ? undefined : Number(pid);
  });
}

/** With SASL memcached speaks the binary protocol only. */
function askBinary(port: number, { username, password }: SaslAccount): Promise<number> {
  const question = Buffer.concat([packet(SASL_AUTH, 'PLAIN', `\0${username}\0${password}`), packet(STAT)]);
  return exchange(port, question, (received) => {
    const found = answers(received);
    const refused = found.find(({ status }) => status !== 0);
    if (refused) throw new Error(`SASL PLAIN was answered with status ${refused.status}: ${refused.value}`);
    const pid = found.find(({ operation, key }) => operation === STAT && key === 'pid');
    return pid && Number(pid.value);
  });
}

function packet(operation: number, key = '', value = ''): Buffer {
  const [keyBytes, valueBytes] = [Buffer.from(key), Buffer.from(value)];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(REQUEST, 0);
  header.writeUInt8(operation, 1);
  header.writeUInt16BE(keyBytes.length, 2);
  header.writeUInt32BE(keyBytes.length + valueBytes.length, 8);
  return Buffer.concat([header, keyBytes, valueBytes]);
}

/** The whole answers among the bytes received so far. */
function answers(bytes: Buffer): Answer[] {
  const found: Answer[] = [];
  for (let start = 0; start + HEADER_BYTES <= bytes.length;) {
    const header = bytes.subarray(start, start + HEADER_BYTES);
    const end = start + HEADER_BYTES + header.readUInt32BE(8);
    if (end > bytes.length) break;
    const body = bytes.subarray(start + HEADER_BYTES, end);
    const valueAt = header.readUInt8(4) + header.readUInt16BE(2); // after the extras and the key
    found.push({
      operation: header.readUInt8(1),
      status: header.readUInt16BE(6),
      key: body.toString('utf8', header.readUInt8(4), valueAt),
      value: body.toString('utf8', valueAt),
    });
    start = end;
  }
  return found;
}
