import { exchange } from '../process/exchange.js';

/** PING, and INFO for the pid: while ours fails to bind the port, another Redis may answer on it. */
export async function probe(port: number, pid: number): Promise<void> {
  const pong = await command(port, 'PING');
  if (pong !== 'PONG') throw new Error(`PING was answered with ${JSON.stringify(pong)}`);
  const info = await command(port, 'INFO', 'server');
  if (!info.includes(`process_id:${pid}\r\n`)) throw new Error('another Redis answers on this port');
}

/** Sends one command; resolves with the text it is answered with. */
export function command(port: number, ...words: readonly string[]): Promise<string> {
  const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return exchange(port, Buffer.from(`*${words.length}\r\n${bulks.join('')}`), (received) => {
    const reply = parseReply(received);
    if (reply?.kind === '-') throw new Error(`${words.join(' ')} was answered with ${reply.text}`);
    return reply?.text;
  });
}

/** A line or a bulk of the Redis protocol (RESP), once all of it is there. */
function parseReply(bytes: Buffer): { kind: string; text: string } | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd < 0) return undefined;
  const [kind, line] = [bytes.toString('latin1', 0, 1), bytes.toString('utf8', 1, lineEnd)];
  if (kind !== '$') return { kind, text: line };
  const [start, end] = [lineEnd + 2, lineEnd + 2 + Number(line)];
  return bytes.length < end ? undefined : { kind, text: bytes.toString('utf8', start, end) };
}
