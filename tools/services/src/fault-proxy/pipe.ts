import type { Socket } from 'node:net';
import type { Faults } from './faults.js';

/** Bytes that may wait here before the sender is held back. */
const HIGH_WATER = 256 * 1024;
/** A throttled pipe writes this often. */
const SLICES_PER_SECOND = 50;

interface Waiting {
  /** `undefined`: the sender has finished. */
  readonly bytes: Buffer | undefined;
  readonly since: number;
}

/** One direction of a connection: what comes from `source` goes to `target`, late, slowly or not at all. */
export class Pipe {
  /** Bytes were swallowed: what the two ends believe to have said is no longer true. */
  lossy = false;
  private readonly queue: Waiting[] = [];
  private queued = 0;
  private timer: NodeJS.Timeout | undefined;
  private nextWrite = 0;
  private readonly onChange = (): void => this.flush();

  /** @param delayed whether the proxy's latency applies to this direction */
  constructor(
    private readonly source: Socket,
    private readonly target: Socket,
    private readonly faults: Faults,
    private readonly delayed: boolean,
  ) {
    source.on('data', (bytes) => this.receive(bytes));
    source.on('end', () => this.receive(undefined));
    target.on('drain', this.onChange);
    faults.on('change', this.onChange);
  }

  close(): void {
    clearTimeout(this.timer);
    this.faults.off('change', this.onChange);
  }

  private receive(bytes: Buffer | undefined): void {
    this.queue.push({ bytes, since: performance.now() });
    this.queued += bytes?.length ?? 0;
    if (this.queued > HIGH_WATER) this.source.pause();
    this.flush();
  }

  /** Writes what is due and comes back when more is. */
  private flush(): void {
    clearTimeout(this.timer);
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (this.faults.swallows) return this.swallowAll();
      const due = Math.max(head.since + (this.delayed ? this.faults.latencyMs : 0), this.paced() ? this.nextWrite : 0);
      const wait = due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(this.onChange, Math.ceil(wait));
        return;
      }
      if (this.target.writableNeedDrain) return; // 'drain' comes back here
      this.forward(head);
    }
  }

  private forward({ bytes, since }: Waiting): void {
    this.queue.shift();
    if (bytes === undefined) {
      this.target.end();
      return;
    }
    const slice = this.paced() ? Math.max(1, Math.floor(this.faults.bytesPerSecond / SLICES_PER_SECOND)) : bytes.length;
    const now = bytes.subarray(0, slice);
    if (now.length < bytes.length) this.queue.unshift({ bytes: bytes.subarray(slice), since });
    this.nextWrite = performance.now() + (now.length / this.faults.bytesPerSecond) * 1000;
    this.queued -= now.length;
    this.target.write(now);
    if (this.queued <= HIGH_WATER) this.source.resume();
  }

  private swallowAll(): void {
    this.lossy = true;
    this.queue.length = 0;
    this.queued = 0;
    this.source.resume();
  }

  private paced(): boolean {
    return this.faults.bytesPerSecond < Infinity;
  }
}
