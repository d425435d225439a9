import { type ByteSource, bytesInMemory, cutOff } from './byte-source.ts';
import { invalidCheckpoint } from './refusal.ts';

/** The largest weights of a 1024 px network are 10 MB. */
const MAX_BYTES = 400_000_000;
/** Small enough to be read as a whole, and so large that what describes a storage is always in half of it. */
const SMALL_BYTES = 65_536;
/** What ZIP archives begin with. */
const ZIP_MARK = 'PK';

/**
 * Bytes out of the UTF-8 of a text whose characters they are, which is how protocol 2 writes them.
 *
 * @throws StudioError `checkpoint-invalid` for characters that are no bytes
 */
export function decodeLatin1(utf8: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8');
  if (/[\u0100-\uffff]/.test(text)) throw invalidCheckpoint('holds bytes that are none');
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/**
 * The same of what lies in a file, where no byte has a place that is known. What stands at the beginning is read
 * alone; an archive, whose directory is at its end, as a whole.
 */
export async function openLatin1(source: ByteSource): Promise<ByteSource> {
  if (source.size > MAX_BYTES) throw invalidCheckpoint('holds a tensor that is far too large');
  const beginning = await source.read(0, Math.min(ZIP_MARK.length, source.size));
  const isZip = Buffer.from(beginning).toString('latin1') === ZIP_MARK;
  if (isZip || source.size <= SMALL_BYTES) {
    return bytesInMemory(decodeLatin1(await source.read(0, source.size)));
  }
  return {
    // At the most: characters take one byte or two.
    size: source.size,
    read: async (at, length) => {
      const bytes = decodeLatin1(await wholeCharacters(source, 2 * (at + length)));
      const range = bytes.slice(at, at + length);
      if (range.length < length) throw cutOff();
      return range;
    },
  };
}

/** The first bytes of a text, without a character that is begun and not ended. */
async function wholeCharacters(source: ByteSource, most: number): Promise<Uint8Array> {
  const utf8 = await source.read(0, Math.min(most, source.size));
  const isBegun = most < source.size && (utf8.at(-1) ?? 0) >= 0xc0;
  return isBegun ? utf8.subarray(0, -1) : utf8;
}
