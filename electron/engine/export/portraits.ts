import type { Missed, PortraitSelection, Ranking } from '../../contract/delivery.ts';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { Order } from '../../contract/library.ts';
import type { CallOptions } from '../../contract/method.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { StudioService } from '../../contract/service.ts';
import type { ImageCodec } from '../images/codec.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Enlarger } from './enlarging.ts';
import type { PackFacts } from './pack-facts.ts';
import { UnreadablePortraits } from './unreadable-portraits.ts';

export interface ExportParts extends Partial<PackFacts> {
  readonly reader: LibraryReader;
  readonly codec: ImageCodec;
  /** Of an export whose pictures are to be larger than they were drawn. */
  readonly enlarger?: Enlarger | undefined;
}

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface PortraitWork extends WorkOptions {
  /** Told of each portrait that could not be read, once the others are written. */
  readonly onMissed?: ((missed: Missed) => void) | undefined;
}

/** What finds portraits in the library. */
export interface Finding extends Pick<StudioService, 'listIds'> {
  /** The ids of what a search finds, best first. */
  readonly rankedIds: (ranking: Ranking, options: CallOptions) => Promise<string[]>;
}

/**
 * The ids of a selection.
 *
 * @throws StudioError `not-found` for none, `invalid-argument` for more than one export takes, and what searching
 *   fails with
 */
export async function selectedIds(
  selection: PortraitSelection,
  finding: Finding,
  { signal }: WorkOptions = {},
): Promise<string[]> {
  if (selection.by === 'ids') return [...selection.ids];
  const ids =
    selection.by === 'list'
      ? await listed(selection, finding)
      : await finding.rankedIds(selection, { signal });
  if (ids.length > 0) return ids;
  throw new StudioError('not-found', 'No portrait was found to export. Nothing was written.');
}

async function listed(order: Order, { listIds }: Finding): Promise<string[]> {
  const { ids, total } = await listIds({ ...order, limit: MAX_EXPORTED });
  if (total <= MAX_EXPORTED) return ids;
  throw new StudioError(
    'invalid-argument',
    `More than ${MAX_EXPORTED} portraits were found. Nothing was written; export fewer at a time.`,
  );
}

/**
 * Goes through portraits, one after the other, with progress. One that cannot be read is passed over and told at
 * the end.
 *
 * @param read what is needed of a portrait; what takes long tells parts of it that are done, together at most 1
 * @param write gets it with the portrait's place in the export, from 0
 * @throws StudioError `cancelled`, what `write` throws, and where no portrait could be read, why
 */
export async function forEachPortrait<T>(
  ids: readonly string[],
  { signal, onProgress, onMissed }: PortraitWork,
  read: (id: string, onPart: (part: number) => void) => T | Promise<T>,
  write: (portrait: T, index: number) => void | Promise<void>,
): Promise<void> {
  const progress = trackProgress('export', ids.length, onProgress);
  const missed = new UnreadablePortraits();
  for (const [index, id] of ids.entries()) {
    throwIfCancelled(signal);
    let done = 0;
    const onPart = (part: number) => {
      done += part;
      progress.advance(part);
    };
    const portrait = await missed.orMissed(id, async () => ({ read: await read(id, onPart) }));
    if (portrait) await write(portrait.read, index);
    progress.advance(1 - done);
  }
  missed.report(ids.length, onMissed);
  progress.finish();
}
