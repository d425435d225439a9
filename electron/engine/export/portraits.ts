import type { Missed, PortraitSelection } from '../../contract/delivery.ts';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { PackFacts } from './pack-facts.ts';
import { UnreadablePortraits } from './unreadable-portraits.ts';

export interface ExportParts extends Partial<PackFacts> {
  readonly reader: LibraryReader;
  readonly codec: ImageCodec;
}

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface PortraitWork extends WorkOptions {
  /** Told of each portrait that could not be read, once the others are written. */
  readonly onMissed?: ((missed: Missed) => void) | undefined;
}

/**
 * The ids of a selection.
 *
 * @throws StudioError `not-found` for none, `invalid-argument` for more than one export takes
 */
export async function selectedIds(
  selection: PortraitSelection,
  reader: Pick<LibraryReader, 'listIds'>,
): Promise<string[]> {
  if (selection.by === 'ids') return [...selection.ids];
  const { ids, total } = await reader.listIds({ ...selection, limit: MAX_EXPORTED });
  if (ids.length === 0) {
    throw new StudioError('not-found', 'No portrait was found to export. Nothing was written.');
  }
  if (total > MAX_EXPORTED) {
    throw new StudioError(
      'invalid-argument',
      `More than ${MAX_EXPORTED} portraits were found. Nothing was written; export fewer at a time.`,
    );
  }
  return ids;
}

/**
 * Goes through portraits, one after the other, with progress. One that cannot be read is passed over and told at
 * the end.
 *
 * @param read what is needed of a portrait
 * @param write gets it with the portrait's place in the export, from 0
 * @throws StudioError `cancelled`, what `write` throws, and where no portrait could be read, why
 */
export async function forEachPortrait<T>(
  ids: readonly string[],
  { signal, onProgress, onMissed }: PortraitWork,
  read: (id: string) => T | Promise<T>,
  write: (portrait: T, index: number) => void | Promise<void>,
): Promise<void> {
  const progress = trackProgress('export', ids.length, onProgress);
  const missed = new UnreadablePortraits();
  for (const [index, id] of ids.entries()) {
    throwIfCancelled(signal);
    const portrait = await missed.orMissed(id, async () => ({ read: await read(id) }));
    if (portrait) await write(portrait.read, index);
    progress.advance();
  }
  missed.report(ids.length, onMissed);
  progress.finish();
}
