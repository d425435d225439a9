import { throwIfCancelled } from '../../contract/errors.ts';
import type { Verification } from '../../contract/library.ts';
import { trackProgress } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { readRegular } from '../storage/regular-file.ts';
import type { WorkOptions } from './backup.ts';
import type { LibraryFolder } from './folder.ts';
import type { LibraryReader } from './reader.ts';
import { damagedThumbnails } from './thumbnails.ts';

/** Reads a whole library, every row, every picture with its checksums, and thumbnails. Nothing is changed. Slow. */
export async function verify(
  reader: LibraryReader,
  folder: LibraryFolder,
  { signal, onProgress }: WorkOptions,
): Promise<Verification> {
  const rows = await reader.check();
  const damaged: string[] = [];
  const ids = new Set(reader.ids());
  const { ids: pictures, others, unreadable } = await folder.listPictures();
  const there = new Set(pictures);
  const progress = trackProgress('verify-library', pictures.length, onProgress);
  let bytes = 0;
  for (const id of pictures) {
    throwIfCancelled(signal);
    const { size, fault } = await look(folder.picture(id), id);
    bytes += size;
    if (fault !== null) damaged.push(`The picture ${folder.picture(id)} ${fault}.`);
    else if (!ids.has(id)) rows.push(`The picture ${folder.picture(id)} has no row.`);
    progress.advance();
  }
  progress.finish();
  for (const id of await damagedThumbnails(pictures, folder, signal)) {
    rows.push(`The thumbnail ${folder.thumbnail(id)} cannot be read.`);
  }
  for (const id of ids) {
    if (!there.has(id)) damaged.push(`The picture of portrait ${id} is gone.`);
  }
  return {
    ...{ portraits: ids.size, bytes },
    problems: [
      ...rows,
      ...damaged,
      ...others.map((file) => `${file} is none of this library’s pictures.`),
      ...unreadable.map((place) => `${place} cannot be looked into.`),
    ],
    remedies: [
      ...(rows.length > 0 ? (['rebuild'] as const) : []),
      ...(damaged.length > 0 ? (['merge'] as const) : []),
    ],
  };
}

async function look(file: string, id: string): Promise<{ size: number; fault: string | null }> {
  try {
    const picture = await readRegular(file);
    const size = picture.length;
    const story = readStory(picture);
    if (story === null) return { size, fault: 'is none of ours' };
    return { size, fault: story.generation.id === id ? null : 'is that of another portrait' };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return { size: 0, fault: `cannot be read: ${why.replace(/\.$/, '')}` };
  }
}
