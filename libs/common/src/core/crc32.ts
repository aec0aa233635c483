import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC-32 (ISO 3309, as in zlib and PHP on 64 bit) of the UTF-8 bytes of `text`: an unsigned 32-bit integer. */
export function crc32(text: string): number {
  return zlibCrc32(text);
}
