import { EventEmitter } from 'node:events';

/** What a proxy does to its connections now; emits `change`. */
export class Faults extends EventEmitter<{ change: [] }> {
  latencyMs = 0;
  bytesPerSecond = Infinity;
  swallows = false;

  set(change: Partial<Pick<Faults, 'latencyMs' | 'bytesPerSecond' | 'swallows'>>): void {
    Object.assign(this, change);
    this.emit('change');
  }
}
