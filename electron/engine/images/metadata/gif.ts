/** XMP in a GIF: an application extension in front of its end (XMP specification part 3, section 1.1.2). */
import { open } from 'node:fs/promises';

const TRAILER = 0x3b;
const HEAD = Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from('XMP DataXMP', 'latin1')]);
/**
 * The packet stands there as it is, not cut into blocks. A reader that takes its bytes for lengths of blocks ends
 * somewhere in this tail, from anywhere in which it gets to the end.
 */
const TAIL = Buffer.from([1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0]);

/**
 * Puts a packet into a file that has none.
 *
 * @throws the system's errors, and an error for a file that is no whole GIF
 */
export async function addXmp(file: string, packet: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const end = (await handle.stat()).size - 1;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, end);
    if (buffer[0] !== TRAILER) throw new Error('The GIF does not end as GIFs do.');
    const block = Buffer.concat([HEAD, Buffer.from(packet, 'utf8'), TAIL, buffer]);
    await handle.write(block, 0, block.length, end);
  } finally {
    await handle.close();
  }
}
