// Leaks until its memory is at the hard level, and lets go when it gets the message `release`.
import 'reflect-metadata';
import { MemoryModule, MemoryMonitor } from '@envol/memory';
import { startApplication } from './application.mjs';

const options = {
  limits: { heapUsed: { soft: '60mb', hard: '80mb' } },
  interval: '50ms',
  hysteresis: { leaveAfter: '100ms' },
  gc: { minInterval: '100ms' },
};
const app = await startApplication({ imports: [MemoryModule.forRoot(options)] });
const monitor = app.get(MemoryMonitor);

const leaked = [];
while (monitor.level !== 'hard') {
  for (let block = 0; block < 256; block++) leaked.push(Array.from({ length: 128 }, () => block));
  await new Promise((resolve) => setImmediate(resolve));
}
process.send({ leaking: true });
process.on('message', () => {
  leaked.length = 0;
});
