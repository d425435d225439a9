import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { temporaryFolder } from './library.ts';

/** A file of an archive; what is not given is told as it is. */
export interface ZipEntry {
  name: string | Buffer;
  data: Uint8Array;
  method?: number;
  flags?: number;
  /** What the archive says that it has, packed and unpacked. */
  says?: { packed?: number; unpacked?: number };
  /** Where the archive says that it begins. */
  at?: number;
  /** What kind of file POSIX has it as, and who may what. */
  rights?: number;
}

/** An archive of the entries as they are told, right or wrong, which no library would write. */
export async function writeZip(entries: readonly ZipEntry[]): Promise<string> {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const { data, method = 8, flags = 0x800, says } = entry;
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(says?.packed ?? packed.length, 14);
    common.writeUInt32LE(says?.unpacked ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), common, name, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.rights ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(entry.at ?? at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, name);
    at += 4 + common.length + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  const file = path.join(await temporaryFolder(), 'pack.zip');
  await writeFile(file, Buffer.concat([...bodies, central, end]));
  return file;
}
