import { connect } from 'node:net';

/** Asks a memcached in its text protocol, past the library; resolves to the answer without its last line end. */
export function ask({ host, port }: { host: string; port: number }, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, host, () => socket.end(`${command}\r\nquit\r\n`));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => resolve(answer.replace(/\r\n$/, '')));
  });
}
