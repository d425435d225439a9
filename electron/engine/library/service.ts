import type { CallOptions } from '../../contract/method.ts';
import { parseQuery, wordsOf } from '../../contract/query.ts';
import type { StudioService } from '../../contract/service.ts';
import type { LibraryReader } from './reader.ts';
import type { Place } from './search.ts';
import type { LibraryWatcher } from './watcher.ts';
import type { LibraryWriter } from './writer.ts';

interface ReadingParts {
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

type FindMethods =
  'list' | 'count' | 'get' | 'search' | 'family' | 'similar' | 'similarToPicture' | 'prompts';
type PictureMethods = 'picture' | 'pictureFile' | 'thumbnail';
type ChangeMethods = 'star' | 'trash' | 'restore' | 'purge';

/** The portraits of the library: found, looked at, starred and thrown away. */
export function libraryService(
  parts: ReadingParts & WritingParts,
): Pick<StudioService, FindMethods | PictureMethods | ChangeMethods> {
  return { ...findMethods(parts), ...pictureMethods(parts), ...changeMethods(parts) };
}

function findMethods({
  reader,
  embedWords,
  embedReference,
  spaceInUse,
}: ReadingParts): Pick<StudioService, FindMethods> {
  return {
    list: async (query) => reader.list(query),
    count: async (filter) => ({ count: reader.count(filter) }),
    get: async ({ id }) => reader.get(id),
    search: async ({ words, limit, offset = 0 }, options = {}) => {
      const query = parseQuery(words);
      // Nothing at all is asked of CLIP too, which says in words that it is nothing.
      const isMeant = query.length === 0 || wordsOf(query) !== '';
      const near = isMeant ? await embedWords(wordsOf(query), options) : null;
      return reader.searchFor(query, near, { limit, offset });
    },
    family: async ({ id, limit }) => reader.family(id, limit),
    similar: async ({ id, limit, query = '', offset }) =>
      reader.similar(id, limit, spaceInUse(), { query: parseQuery(query), offset }),
    similarToPicture: async ({ reference, limit, query = '', offset }) => {
      const { embedding, space } = await embedReference(reference);
      return reader.search(embedding, space, limit, { query: parseQuery(query), offset });
    },
    prompts: async ({ limit }) => reader.prompts(limit),
  };
}

function pictureMethods({ reader }: ReadingParts): Pick<StudioService, PictureMethods> {
  return {
    picture: ({ id }) => reader.picture(id),
    pictureFile: async ({ id }) => ({ file: reader.picturePath(reader.get(id).id) }),
    thumbnail: ({ id }) => reader.thumbnail(id),
  };
}

function changeMethods({ writer, watcher }: WritingParts): Pick<StudioService, ChangeMethods> {
  const announced = (ids: string[], changed: number) => {
    watcher.announce({ changed: ids });
    return { changed };
  };
  return {
    star: async ({ ids, starred }) => announced(ids, writer.star(ids, starred)),
    trash: async ({ ids }) => announced(ids, writer.trash(ids)),
    restore: async ({ ids }) => announced(ids, writer.restore(ids)),
    purge: async ({ ids }) => ({
      changed: await writer.purge(ids, (removed) => watcher.announce({ removed })),
    }),
  };
}
