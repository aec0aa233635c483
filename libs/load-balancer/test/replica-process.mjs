// A replica in a process of its own, so that a test can kill or stop it: `node replica-process.mjs <port>`.
import { ServerTCP } from '@nestjs/microservices';
import { interval, map, take } from 'rxjs';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const written = [];
const noted = [];

const server = new ServerTCP({ host: '127.0.0.1', port: Number(process.argv[2]) });
server.addHandler('read', async ({ pause: milliseconds = 0 }) => {
  await pause(milliseconds);
  return process.pid;
});
server.addHandler('{"cmd":"read"}', async () => process.pid);
server.addHandler('write', async ({ value, pause: milliseconds = 0 }) => {
  written.push(value);
  process.send({ written: value });
  await pause(milliseconds);
  return process.pid;
});
server.addHandler('written', async () => written);
server.addHandler('note', async (value) => void noted.push(value), true);
server.addHandler('noted', async () => noted);
server.addHandler('count', async ({ values, every }) =>
  interval(every).pipe(
    take(values),
    map((value) => ({ value, pid: process.pid })),
  ),
);
server.listen(() => process.send({ port: server.unwrap().address().port }));
process.on('disconnect', () => process.exit());
