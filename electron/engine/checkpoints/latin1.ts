import { type ByteSource, bytesInMemory } from './byte-source.ts';
import { invalidCheckpoint } from './refusals.ts';

/** The largest weights of a 1024 px network are 10 MB. */
const MAX_BYTES = 1_000_000_000;

/**
 * Bytes out of the UTF-8 of a text whose characters they are, which is how protocol 2 writes them: the codes
 * from 128 on take two bytes (RFC 3629, §3).
 */
export function decodeLatin1(utf8: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(utf8.length);
  let count = 0;
  for (let at = 0; at < utf8.length; at += 1) {
    let byte = utf8[at] ?? 0;
    if (byte >= 0x80) {
      at += 1;
      byte = ((byte & 0x03) << 6) | ((utf8[at] ?? 0) & 0x3f);
      if (((utf8[at - 1] ?? 0) & 0xfe) !== 0xc2)
        throw invalidCheckpoint('holds bytes that are none');
    }
    bytes[count] = byte;
    count += 1;
  }
  return bytes.slice(0, count);
}

/** The same of what lies in a file. */
export async function openLatin1(source: ByteSource): Promise<ByteSource> {
  if (source.size > MAX_BYTES) throw invalidCheckpoint('holds a tensor that is far too large');
  return bytesInMemory(decodeLatin1(await source.read(0, source.size)));
}
