import { throwIfCancelled } from '../../contract/errors.ts';
import type { Verification } from '../../contract/library.ts';
import { trackProgress } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { readRegular } from '../storage/regular-file.ts';
import type { WorkOptions } from './backup.ts';
import type { LibraryFolder } from './folder.ts';
import type { LibraryReader } from './reader.ts';

/** Reads a whole library, every row and every picture with its checksums. Nothing is changed. Slow. */
export async function verify(
  reader: LibraryReader,
  folder: LibraryFolder,
  { signal, onProgress }: WorkOptions,
): Promise<Verification> {
  const problems = reader.check();
  const ids = new Set(reader.ids());
  const { ids: pictures, others, unreadable } = await folder.listPictures();
  const there = new Set(pictures);
  const progress = trackProgress('verify-library', pictures.length, onProgress);
  for (const id of pictures) {
    throwIfCancelled(signal);
    const fault = await faultOf(folder.picture(id), id);
    if (fault !== null) problems.push(`The picture ${folder.picture(id)} ${fault}.`);
    else if (!ids.has(id)) problems.push(`The picture ${folder.picture(id)} has no row.`);
    progress.advance();
  }
  progress.finish();
  for (const id of ids) {
    if (!there.has(id)) problems.push(`The picture of portrait ${id} is gone.`);
  }
  problems.push(
    ...others.map((file) => `${file} is none of this library’s pictures.`),
    ...unreadable.map((place) => `${place} cannot be looked into.`),
  );
  return { portraits: ids.size, problems };
}

async function faultOf(file: string, id: string): Promise<string | null> {
  try {
    const story = readStory(await readRegular(file));
    if (story === null) return 'is none of ours';
    return story.generation.id === id ? null : 'is that of another portrait';
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return `cannot be read: ${why.replace(/\.$/, '')}`;
  }
}
