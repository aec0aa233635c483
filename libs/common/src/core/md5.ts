/** How far the sum of a step is turned: four by round, used in turn. */
const TURNS = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
const SINES = Int32Array.from({ length: 64 }, (_, step) => Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))));

const BLOCK_BYTES = 64;
/** After the text come this byte, zeros, and in the last eight bytes of a block the number of bits. */
const END_OF_TEXT = 0x80;
const LONGEST_IN_ONE_BLOCK = BLOCK_BYTES - 9;

const block = new Int32Array(BLOCK_BYTES / 4);
const digest = new Int32Array(4);

/**
 * MD5 (RFC 1321) of the UTF-8 bytes of `text`, as four little-endian words: for choosing among things, never to
 * protect one. The array is the same each time, so read it before the next call.
 *
 * For keys, which are short, it takes little more than half the time of the fastest way through `node:crypto`, and it
 * is there in FIPS mode too.
 */
export function md5(text: string): Int32Array {
  digest[0] = 0x67452301;
  digest[1] = 0xefcdab89;
  digest[2] = 0x98badcfe;
  digest[3] = 0x10325476;
  if (text.length <= LONGEST_IN_ONE_BLOCK && fillWithAscii(text)) addBlock();
  else addBlocksOf(Buffer.from(text));
  return digest;
}

/** Puts a short text into the one block it needs; `false` if it is not ASCII. */
function fillWithAscii(text: string): boolean {
  const rest = text.length % 4;
  let seen = 0;
  let word = 0;
  for (let at = 0; at < text.length - rest; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    seen |= a | b | c | d;
    block[word++] = a | (b << 8) | (c << 16) | (d << 24);
  }
  let last = END_OF_TEXT;
  for (let at = text.length - 1; at >= text.length - rest; at--) {
    seen |= text.charCodeAt(at);
    last = (last << 8) | text.charCodeAt(at);
  }
  block[word++] = last;
  while (word < block.length) block[word++] = 0;
  block[14] = text.length * 8;
  return seen < 0x80;
}

function addBlocksOf(text: Buffer): void {
  const padded = Buffer.alloc(Math.ceil((text.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  text.copy(padded);
  padded[text.length] = END_OF_TEXT;
  padded.writeBigUInt64LE(BigInt(text.length) * 8n, padded.length - 8);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    for (let word = 0; word < block.length; word++) block[word] = padded.readInt32LE(offset + word * 4);
    addBlock();
  }
}

/** Four rounds of 16 steps; each round has a function of its own and takes the words in an order of its own. */
function addBlock(): void {
  let a = digest[0] ?? 0;
  let b = digest[1] ?? 0;
  let c = digest[2] ?? 0;
  let d = digest[3] ?? 0;
  for (let step = 0; step < 64; step++) {
    let mixed: number;
    let word: number;
    if (step < 16) {
      mixed = d ^ (b & (c ^ d));
      word = step;
    } else if (step < 32) {
      mixed = c ^ (d & (b ^ c));
      word = step * 5 + 1;
    } else if (step < 48) {
      mixed = b ^ c ^ d;
      word = step * 3 + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = step * 7;
    }
    const sum = (a + mixed + (block[word & 15] ?? 0) + (SINES[step] ?? 0)) | 0;
    const turn = TURNS[((step >> 4) << 2) | (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  digest[0] = (digest[0] ?? 0) + a;
  digest[1] = (digest[1] ?? 0) + b;
  digest[2] = (digest[2] ?? 0) + c;
  digest[3] = (digest[3] ?? 0) + d;
}
