// Fills a cache and serves HTTP meanwhile: `node fill.mjs <guarded|bare> <megabytes>`. Tells how much it has pushed.
import 'reflect-metadata';
import { RECLAIMABLES } from '@envol/common';
import { MemoryModule } from '@envol/memory';
import { startApplication } from './application.mjs';

const [mode, megabytes] = process.argv.slice(2);
const MB = 1_024 ** 2;
/** Bytes of an entry: 128 numbers of 8 bytes. */
const ENTRY = 1_024;
const ENTRIES_PER_TURN = 256;

/** A cache without a limit of its own; the oldest entries go first. */
class Entries {
  name = 'entries';
  #entries = new Map();

  get bytes() {
    return this.#entries.size * ENTRY;
  }

  add(key) {
    this.#entries.set(
      key,
      Array.from({ length: ENTRY / 8 }, () => key),
    );
  }

  reclaim(fraction) {
    const keys = this.#entries.keys();
    for (let left = Math.ceil(this.#entries.size * fraction); left > 0; left--) this.#entries.delete(keys.next().value);
  }

  [RECLAIMABLES]() {
    return [this];
  }
}

const imports = mode === 'guarded' ? [MemoryModule.forRoot({})] : [];
const app = await startApplication({ imports, providers: [Entries] });
const entries = app.get(Entries);
const total = (Number(megabytes) * MB) / ENTRY;
for (let pushed = 0; pushed < total; pushed += ENTRIES_PER_TURN) {
  for (let key = pushed; key < pushed + ENTRIES_PER_TURN; key++) entries.add(key);
  process.send({ pushed: ((pushed + ENTRIES_PER_TURN) * ENTRY) / MB });
  // What happens between two requests: the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
}
process.send({ held: entries.bytes / MB });
