import type { Changed } from '../../contract/arrange.ts';
import type { Ranking } from '../../contract/delivery.ts';
import type { Generation } from '../../contract/generation.ts';
import type { CallOptions, StreamOptions } from '../../contract/method.ts';
import type { ProgressEvent } from '../../contract/progress.ts';
import { parseQuery, parseSearch, wordsOf } from '../../contract/query.ts';
import type { StudioService } from '../../contract/service.ts';
import type { ImageCodec } from '../images/codec.ts';
import { unlessMalformed } from '../images/metadata/limits.ts';
import { removeTexts } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import type { Uploads } from '../storage/uploads.ts';
import { withOtherLibrary } from './other-library.ts';
import type { LibraryReader } from './reader.ts';
import type { HitPage, Place, Question } from './search.ts';
import type { TrashKeeper } from './trash-keeper.ts';
import type { Upkeep } from './upkeep.ts';
import type { LibraryWatcher } from './watcher.ts';
import type { LibraryWriter } from './writer.ts';

export interface ReadingParts {
  readonly reader: LibraryReader;
  /** What words mean to the CLIP in use. */
  readonly embedWords: (words: string, options: CallOptions) => Promise<Place>;
  /** What it sees in a picture of the artist's. */
  readonly embedReference: (id: string) => Promise<Place>;
  /** The embedding space of the pack in use, once it is loaded. */
  readonly spaceInUse: () => string | undefined;
}

interface WritingParts {
  readonly writer: LibraryWriter;
  readonly watcher: LibraryWatcher;
}

interface UpkeepParts {
  readonly upkeep: Upkeep;
  readonly codec: ImageCodec;
  readonly uploads: Uploads;
  /** Told once portraits may have come that the CLIP in use has not looked at. */
  readonly onMerged: () => void;
  readonly trash: TrashKeeper;
  readonly watcher: LibraryWatcher;
}

/** Of each kind of ranking, what is asked for but for how many. */
type WithoutLimit<One> = One extends unknown ? Omit<One, 'limit'> : never;

type FindMethods =
  | (
      | 'list'
      | 'listIds'
      | 'indexOf'
      | 'count'
      | 'get'
      | 'search'
      | 'family'
      | 'similar'
      | 'similarToPicture'
      | 'prompts'
    )
  | ('groups' | 'stacks' | 'tags' | 'boards');
type PictureMethods = 'picture' | 'pictureFile' | 'thumbnail';
type ChangeMethods =
  ('star' | 'trash' | 'restore' | 'purge') | ('rate' | 'label' | 'note' | 'tag' | 'untag');
type BoardMethods =
  | ('undo' | 'createBoard' | 'renameBoard' | 'moveBoard' | 'removeBoard')
  | ('addToBoard' | 'removeFromBoard' | 'arrangeBoard');

type UpkeepMethods =
  | ('verifyLibrary' | 'rebuildLibrary' | 'mergeLibrary')
  | ('librarySettings' | 'setLibrarySettings');

/** The portraits of the library: looked at, arranged and thrown away. */
export function libraryService(
  parts: Pick<ReadingParts, 'reader'> & WritingParts & UpkeepParts,
): Pick<StudioService, PictureMethods | ChangeMethods | BoardMethods | UpkeepMethods> {
  return {
    ...pictureMethods(parts),
    ...changeMethods(parts),
    ...boardMethods(parts),
    ...upkeepMethods(parts),
  };
}

/** What a ranking asks of the library. */
async function asked(
  ranking: WithoutLimit<Ranking>,
  { reader, embedWords, embedReference, spaceInUse }: ReadingParts,
  options: CallOptions,
): Promise<Omit<Question, keyof HitPage>> {
  if (ranking.by === 'words') {
    const query = parseSearch(ranking.words);
    const words = wordsOf(query);
    return { query, near: words === '' ? null : await embedWords(words, options), words: 'rank' };
  }
  const query = parseQuery(ranking.query ?? '');
  return ranking.by === 'portrait'
    ? { query, ...reader.likeness(ranking.id, spaceInUse()) }
    : { query, near: await embedReference(ranking.reference), words: 'narrow' };
}

/** The ids of what a ranking finds, best first. */
export function rankedIdsBy(parts: ReadingParts) {
  return async (ranking: Ranking, options: CallOptions): Promise<string[]> => {
    const question = await asked(ranking, parts, options);
    return parts.reader.rankedIds({ ...question, offset: 0, limit: ranking.limit });
  };
}

/** The portraits of the library: found. */
export function findService(parts: ReadingParts): Pick<StudioService, FindMethods> {
  const { reader } = parts;
  const best = async (
    ranking: WithoutLimit<Ranking>,
    { limit, offset = 0 }: { readonly limit: number; readonly offset?: number | undefined },
    options: CallOptions = {},
  ) => reader.ranked({ ...(await asked(ranking, parts, options)), limit, offset });
  return {
    list: async (query) =>
      query.offset === undefined ? reader.list(query) : await reader.page(query),
    listIds: (query) => reader.listIds(query),
    indexOf: async (query) => ({ index: await reader.indexOf(query) }),
    count: async (filter) => ({ count: await reader.countOf(filter) }),
    get: async ({ id }) => reader.get(id),
    search: (request, options) => best({ by: 'words', ...request }, request, options),
    family: async ({ id, limit }) => reader.family(id, limit),
    similar: (request, options) => best({ by: 'portrait', ...request }, request, options),
    similarToPicture: (request, options) => best({ by: 'picture', ...request }, request, options),
    prompts: async ({ limit }) => reader.prompts(limit),
    groups: (query) => reader.groups(query),
    stacks: async (query) => ({ stacks: reader.stacks(query) }),
    tags: async () => reader.tags(),
    boards: async () => reader.boards(),
  };
}

function pictureMethods({
  reader,
}: Pick<ReadingParts, 'reader'>): Pick<StudioService, PictureMethods> {
  return {
    picture: async ({ id }) => forOthers(await reader.picture(id), reader.find(id)),
    pictureFile: async ({ id }) => ({ file: reader.picturePath(reader.get(id).id) }),
    thumbnail: ({ id }) => reader.thumbnail(id),
  };
}

/** A picture as others may get it: what a model server drew does not say where that stands. */
function forOthers(
  picture: Uint8Array<ArrayBuffer>,
  row: Generation | null,
): Uint8Array<ArrayBuffer> {
  if (row && !row.server) return picture;
  return unlessMalformed(() => tellRecipe(picture)) ?? removeTexts(picture);
}

function changeMethods({ writer, watcher }: WritingParts): Pick<StudioService, ChangeMethods> {
  const { arranger } = writer;
  const announced = (ids: string[], changed: Changed) => {
    watcher.announce({ changed: ids });
    return changed;
  };
  return {
    star: async ({ ids, starred }) => announced(ids, writer.star(ids, starred)),
    trash: async ({ ids }) => announced(ids, writer.trash(ids)),
    restore: async ({ ids }) => announced(ids, writer.restore(ids)),
    purge: async ({ ids }) => ({
      changed: await writer.purge(ids, (removed) => watcher.announce({ removed })),
    }),
    rate: async ({ ids, rating }) => {
      return announced(
        ids,
        arranger.change(ids, (now) => ({ ...now, rating })),
      );
    },
    label: async ({ ids, label }) => {
      return announced(
        ids,
        arranger.change(ids, (now) => ({ ...now, label })),
      );
    },
    note: async ({ ids, note }) => {
      return announced(
        ids,
        arranger.change(ids, (now) => ({ ...now, note })),
      );
    },
    tag: async ({ ids, tags }) => announced(ids, arranger.tag(ids, tags)),
    untag: async ({ ids, tags }) => announced(ids, arranger.untag(ids, tags)),
  };
}

function boardMethods({ writer, watcher }: WritingParts): Pick<StudioService, BoardMethods> {
  const { arranger } = writer;
  const told = <T>(result: T, ids?: string[]): T => {
    // Only the one who compares all knows which portraits there were.
    if (ids === undefined) watcher.refresh();
    else watcher.announce({ changed: ids });
    watcher.announceBoards();
    return result;
  };
  return {
    undo: async ({ undo }) => told(arranger.undo(undo)),
    createBoard: async (board) => told(arranger.createBoard(board), []),
    renameBoard: async ({ id, name }) => told(arranger.renameBoard(id, name), []),
    moveBoard: async (move) => told(arranger.moveBoard(move), []),
    removeBoard: async ({ board }) => told(arranger.removeBoard(board)),
    addToBoard: async ({ board, ids }) => told(arranger.addToBoard(board, ids), ids),
    removeFromBoard: async ({ board, ids }) => told(arranger.removeFromBoard(board, ids), ids),
    arrangeBoard: async ({ board, ids, before }) =>
      told(arranger.arrangeBoard(board, ids, before), ids),
  };
}

function upkeepMethods({
  upkeep,
  trash,
  watcher,
  writer,
  codec,
  uploads,
  onMerged,
}: UpkeepParts & WritingParts): Pick<StudioService, UpkeepMethods> {
  const mergeFrom = async (at: string, { signal, onEvent }: StreamOptions<ProgressEvent>) => {
    const options = { signal, onProgress: onEvent };
    try {
      return await withOtherLibrary(at, codec, options, (other) => upkeep.merge(other, options));
    } finally {
      watcher.refresh();
      onMerged();
    }
  };
  return {
    verifyLibrary: (_, { signal, onEvent } = {}) => upkeep.verify({ signal, onProgress: onEvent }),
    rebuildLibrary: async (_, { signal, onEvent } = {}) => {
      const rebuilt = await upkeep.rebuild({ signal, onProgress: onEvent });
      watcher.refresh();
      return rebuilt;
    },
    mergeLibrary: async ({ source }, options = {}) => {
      writer.requireWritable();
      return source.kind === 'folder'
        ? mergeFrom(source.folder, options)
        : uploads.use(source.id, (file) => mergeFrom(file, options));
    },
    librarySettings: () => trash.settings(),
    setLibrarySettings: async (settings) => {
      await trash.keep(settings);
      return {};
    },
  };
}
