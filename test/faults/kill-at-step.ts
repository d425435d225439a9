/**
 * Runs one action on a library and kills its own process right before the n-th thing it asks of the
 * file system or of SQLite; a write that is due is done by half first. Without a death it prints how
 * many steps there were.
 */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import fsp, { type FileHandle, readFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import type { ImageCodec } from '../../electron/engine/images/codec.ts';
import { openLibrary, openLibraryToRead } from '../../electron/engine/library/library.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';
import { bringInSamples } from './bring-in-samples.ts';
import { exportSamples } from './export-samples.ts';

const { folder, action, killAt } = z
  .object({
    folder: z.string(),
    action: z.enum([
      ...(['add', 'star', 'purge', 'open'] as const),
      ...(['arrange', 'backup', 'merge', 'bring-in', 'export'] as const),
    ]),
    killAt: z.number().nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

let steps = 0;
let isCounting = false;

interface Counting {
  readonly isStep?: (self: unknown) => boolean;
  readonly lastAct?: (self: unknown, values: readonly unknown[]) => void;
}

/** Replaces a method by one that counts and, when its time has come, dies. */
function count<T extends object>(
  owner: T,
  names: readonly (keyof T & string)[],
  { isStep = () => true, lastAct }: Counting = {},
): void {
  for (const name of names) {
    const original: unknown = owner[name];
    if (typeof original !== 'function') throw new Error(`${name} is no method`);
    const counted = function (this: unknown, ...values: unknown[]): unknown {
      if (isCounting && isStep(this) && (steps += 1) === killAt) {
        lastAct?.(this, values);
        process.kill(process.pid, 'SIGKILL');
      }
      return Reflect.apply(original, this, values);
    };
    Object.defineProperty(owner, name, { value: counted });
  }
}

async function countEverything(): Promise<void> {
  const { writeSync } = fs;
  count(fs, ['renameSync', 'rmSync', 'mkdirSync', 'openSync', 'fsyncSync']);
  count(fs, ['writeSync'], {
    lastAct: (_, [file, bytes]) => {
      if (bytes instanceof Uint8Array) writeSync(Number(file), bytes.subarray(0, bytes.length / 2));
    },
  });
  const handle = await fsp.open(folder);
  const handles: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  count(fsp, ['open', 'mkdir', 'rename', 'rm', 'rmdir', 'link', 'copyFile']);
  count(fsp, ['writeFile'], {
    lastAct: (_, [file, content]) => {
      const bytes = Buffer.from(content as string | Uint8Array);
      fs.writeFileSync(String(file), bytes.subarray(0, bytes.length / 2));
    },
  });
  count(handles, ['sync']);
  count(handles, ['writeFile'], {
    lastAct: (self, [bytes]) => {
      if (bytes instanceof Uint8Array) {
        writeSync((self as FileHandle).fd, bytes.subarray(0, bytes.length / 2));
      }
    },
  });
  // What lies between a BEGIN and its COMMIT is SQLite's own affair.
  const statement = new Database(':memory:').prepare('SELECT 1');
  count(Object.getPrototypeOf(statement), ['run'], {
    isStep: (self) => /^(BEGIN|COMMIT)/.test((self as Database.Statement).source),
  });
  count(Database.prototype, ['close']);
  syncBuiltinESMExports();
}

/** Encodes to what was encoded before, so that these many short lives need not load sharp. */
const codec: ImageCodec = {
  encode: async () => new Uint8Array(await readFile(path.join(folder, '..', 'sample.png'))),
  thumbnail: async () => new Uint8Array(await readFile(path.join(folder, '..', 'sample.webp'))),
  // Other bytes, other pixels, where pictures are brought in.
  decode: async (source) => samplePicture(action === 'bring-in' ? sizeOf(source) : 1),
  measure: () => Promise.reject(new Error('not needed here')),
  resize: () => Promise.reject(new Error('not needed here')),
  encodeTransparent: () => Promise.reject(new Error('not needed here')),
  trace: () => Promise.reject(new Error('not needed here')),
  drawSvg: () => Promise.reject(new Error('not needed here')),
  animate: () => Promise.reject(new Error('not needed here')),
  join: () => Promise.reject(new Error('not needed here')),
};

const sizeOf = (source: string | Uint8Array) => (typeof source === 'string' ? 1 : source.length);

await countEverything();
isCounting = action === 'open';
const library = await openLibrary(folder, codec);
isCounting = true;
if (action === 'add') await library.writer.add(samplePortrait(1));
if (action === 'star') {
  library.writer.star(
    library.reader.list({ limit: 10 }).items.map(({ id }) => id),
    true,
  );
}
if (action === 'purge') {
  const { items } = library.reader.list({ trashed: true, limit: 10 });
  await library.writer.purge(items.map(({ id }) => id));
}
if (action === 'arrange') {
  const ids = library.reader.list({ limit: 10 }).items.map(({ id }) => id);
  const { arranger } = library.writer;
  arranger.change(ids, (now) => ({ ...now, rating: 5, label: 'red', note: 'all of them' }));
  const { undo = '' } = arranger.tag(ids, ['river']);
  const { board } = arranger.createBoard({ name: 'New' });
  arranger.addToBoard(board.id, ids);
  arranger.arrangeBoard(board.id, ids.slice(1), ids[0] ?? null);
  arranger.undo(undo);
}
if (action === 'backup') await library.upkeep.backUp(`${folder}.backup`);
if (action === 'merge') {
  isCounting = false;
  const other = await openLibraryToRead(path.join(folder, '..', 'other'), codec);
  isCounting = true;
  await library.upkeep.merge(other);
  isCounting = false;
  await other.close();
  isCounting = true;
}
if (action === 'export') await exportSamples(library, codec, `${folder}.out`);
if (action === 'bring-in') await bringInSamples(library, codec, path.join(folder, '..', 'offered'));
await library.close();
console.log(steps);
