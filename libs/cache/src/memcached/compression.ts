import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** First byte of what is compressed. An entry as text begins with the digit of its version. */
const COMPRESSED = 'd';

/**
 * Compresses a text (`d`, then raw deflate, RFC 1951), or leaves it when that makes it no shorter. In the same tick: at
 * the fastest level that takes less time than the JSON in it took.
 */
export function compress(text: Buffer): Buffer {
  const deflated = deflateRawSync(text, { level: 1 });
  return deflated.length + 1 < text.length ? Buffer.concat([Buffer.from(COMPRESSED), deflated]) : text;
}

/** The text again, also one that was not compressed; `undefined` when it is damaged or longer than `maxBytes`. */
export function decompress(bytes: Buffer, maxBytes: number): string | undefined {
  if (bytes[0] !== COMPRESSED.charCodeAt(0)) return bytes.toString();
  try {
    return inflateRawSync(bytes.subarray(1), { maxOutputLength: maxBytes }).toString();
  } catch {
    return undefined;
  }
}
