import { tagKey } from '../../contract/arrange.ts';
import {
  type BringInEvent,
  type BringInWishes,
  type BroughtIn,
  type BroughtPicture,
  countPicture,
  nothingBrought,
} from '../../contract/bring-in.ts';
import { StudioError } from '../../contract/errors.ts';
import type { StreamOptions } from '../../contract/method.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { runPipeline } from '../jobs/pipeline.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { type Arranged, UNARRANGED } from '../library/arranged.ts';
import type { Library } from '../library/library.ts';
import type { LibraryWatcher } from '../library/watcher.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { Models } from '../models/models.ts';
import type { PortraitPictures } from '../session/portrait-pictures.ts';
import { openOffer } from './offer.ts';
import type { Offer } from './offered.ts';
import { prepare, type Prepared } from './prepare.ts';

export interface BringInParts {
  readonly library: Library;
  readonly codec: ImageCodec;
  readonly packs: PackInUse;
  readonly pictures: PortraitPictures;
  readonly watcher: LibraryWatcher;
  readonly jobs: JobQueue;
  /** Told once pictures may have come whose spaces have no names yet. */
  readonly onEnd: () => void;
}

type Options = StreamOptions<BringInEvent>;

/**
 * Brings pictures into the library. The studio's own come back as they were; others are portraits that no pack
 * drew, which can be seen, searched and arranged, and gone on from by carrying them over. Each is kept whole or not
 * at all, and known by its content when it comes again: so that whatever broke off is gone on with by doing it
 * once more. What was offered is only read.
 */
export class BringIn {
  readonly #parts: BringInParts;

  constructor(parts: BringInParts) {
    this.#parts = parts;
  }

  /**
   * @param paths of files, folders and ZIP archives
   * @throws StudioError `cancelled` (what came before is kept), `file-not-found`, `not-found` without the board, and
   *   what keeping fails with; what cannot be read of a picture is told, and the others come
   */
  async bringIn(
    paths: readonly string[],
    wishes: BringInWishes = {},
    { signal, onEvent }: Options = {},
  ): Promise<BroughtIn> {
    const { library, jobs, watcher, onEnd } = this.#parts;
    library.writer.requireWritable();
    this.#requireBoard(wishes);
    const offer = await openOffer(paths);
    try {
      const job = jobs.submit({
        ...{ kind: 'import', title: '', signal, onProgress: onEvent },
        run: (signal, onProgress) => this.#bringAll(offer, wishes, { signal, onProgress, onEvent }),
      });
      return await job.result;
    } finally {
      await offer.close();
      watcher.announceBoards();
      onEnd();
    }
  }

  #requireBoard({ board }: BringInWishes): void {
    if (board === undefined || this.#parts.library.reader.boards().some(({ id }) => id === board)) {
      return;
    }
    throw new StudioError('not-found', 'There is no such board any more. Nothing was brought in.', {
      details: { board },
    });
  }

  async #bringAll(
    { pictures, unreadable, passedOver }: Offer,
    wishes: BringInWishes,
    { signal, onProgress, onEvent }: Options & { readonly onProgress: OnProgress },
  ): Promise<BroughtIn> {
    const { library, codec, packs } = this.#parts;
    const models = await packs.models(onProgress);
    const brought: BroughtIn = { ...nothingBrought(), passedOver };
    const tell = (picture: BroughtPicture) => {
      countPicture(brought, picture);
      onEvent?.({ kind: 'brought', picture });
    };
    for (const { name, error } of unreadable) tell({ outcome: 'unreadable', name, error });
    const progress = trackProgress('import', pictures.length, onProgress);
    const parts = { reader: library.reader, codec, models, claimed: new Set<string>() };
    const call = { signal, priority: 'background' as const };
    const places = new Places(wishes, library);
    await runPipeline(
      pictures,
      {
        draw: async (offered) => ({ offered, prepared: await prepare(offered, parts, call) }),
        finish: async ({ offered, prepared }) => {
          // The picture before it may be the same, which was not there yet when this one was looked at.
          const isDouble =
            'kept' in prepared && library.reader.doubleOf(prepared.kept.story) !== null;
          const settled = isDouble ? await prepare(offered, parts, call) : prepared;
          tell(await this.#keep(settled, places, models));
          progress.advance();
        },
      },
      { signal },
    );
    progress.finish();
    return brought;
  }

  async #keep(prepared: Prepared, places: Places, models: Models): Promise<BroughtPicture> {
    const { library, watcher, pictures } = this.#parts;
    const { name } = prepared;
    if ('error' in prepared) return { outcome: 'unreadable', name, error: prepared.error };
    if ('known' in prepared) return this.#lay(name, prepared.known, places);
    const { story, picture, thumbnail, outcome } = prepared.kept;
    const { id, spaces } = story.generation;
    await library.writer.takeIn(story, picture, thumbnail, places.next());
    watcher.announce({ added: [id] });
    if (spaces?.embedding !== models.pack.spaces.embedding) await pictures.embedding(id, models);
    return { outcome, name, id };
  }

  /** What was here before comes to lie where the new ones do, and out of the trash: it is wanted. */
  #lay(name: string, id: string, places: Places): BroughtPicture {
    const { library, watcher } = this.#parts;
    const { arranger } = library.writer;
    const { changed: restored } = library.writer.restore([id]);
    const { changed } = arranger.complete(id, places.next(), false);
    if (restored + changed > 0) watcher.announce({ changed: [id] });
    return { outcome: 'here', name, id };
  }
}

/** Where pictures come to lie: one behind the other on the board, with the tags. */
class Places {
  readonly #wishes: BringInWishes;
  readonly #library: Library;
  #board: { readonly id: string; last: number } | null = null;

  constructor(wishes: BringInWishes, library: Library) {
    this.#wishes = wishes;
    this.#library = library;
  }

  next(): Arranged {
    const { tags = [] } = this.#wishes;
    const board = (this.#board ??= this.#find());
    if (!board) return { ...UNARRANGED, tags };
    board.last += 1;
    return { ...UNARRANGED, tags, places: { [board.id]: board.last } };
  }

  /** The board, and the place of the last portrait on it. */
  #find(): { id: string; last: number } | null {
    const { board, boardNamed } = this.#wishes;
    const id = boardNamed === undefined ? board : this.#called(boardNamed);
    return id === undefined ? null : { id, last: this.#library.reader.lastPlaceOn(id) };
  }

  #called(name: string): string {
    const { reader, writer } = this.#library;
    const there = reader.boards().find((board) => tagKey(board.name) === tagKey(name));
    return (there ?? writer.arranger.createBoard({ name }).board).id;
  }
}
