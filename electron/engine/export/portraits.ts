import type { Missed, PortraitSelection } from '../../contract/delivery.ts';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { MAX_RESULTS, type Order, type SearchHit } from '../../contract/library.ts';
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
export type Finding = Pick<StudioService, 'listIds' | 'search' | 'similar' | 'similarToPicture'>;

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
      : await bestOf(selection, finding, { signal });
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

type Ranking = Exclude<PortraitSelection, { readonly by: 'ids' | 'list' }>;

/** Page after page, so that no more of them than a page is in memory whole. */
async function bestOf(ranking: Ranking, finding: Finding, options: CallOptions): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < ranking.limit) {
    const page = { offset: ids.length, limit: Math.min(MAX_RESULTS, ranking.limit - ids.length) };
    const hits = await pageOf(ranking, page, finding, options);
    ids.push(...hits.map(({ generation }) => generation.id));
    if (hits.length < page.limit) break;
  }
  return ids;
}

function pageOf(
  ranking: Ranking,
  page: { readonly offset: number; readonly limit: number },
  finding: Finding,
  options: CallOptions,
): Promise<SearchHit[]> {
  switch (ranking.by) {
    case 'words':
      return finding.search({ ...ranking, ...page }, options);
    case 'portrait':
      return finding.similar({ ...ranking, ...page }, options);
    case 'picture':
      return finding.similarToPicture({ ...ranking, ...page }, options);
  }
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
