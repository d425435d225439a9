import type { Changed } from '../../contract/arrange.ts';
import type { StudioError } from '../../contract/errors.ts';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../contract/export.ts';
import { type Generation, type NewGeneration, UNTOUCHED } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { PackSpaces } from '../../contract/spaces.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import { tellStory } from '../images/metadata/story.ts';
import { libraryError } from '../storage/errors.ts';
import { readRegular } from '../storage/regular-file.ts';
import type { Arranged } from './arranged.ts';
import { Arranger } from './arranger.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { createId, timeOfId } from './ids.ts';
import type { Deed, Journal } from './journal.ts';
import { doNoted } from './journal-recovery.ts';
import { addEmbedding, adoptPortrait, hasRow, insertPortrait } from './records.ts';
import { nameSpaces } from './spaces.ts';

/** Longest side of a thumbnail in pixels. */
export const THUMBNAIL_SIDE = 256;

/** Portraits purged in one transaction, which holds up everything else in this process. */
const PURGE_BATCH = 100;

/** A portrait as it comes from the generator. */
export interface NewPortrait {
  readonly generation: NewGeneration;
  readonly latents: Latents;
  /** CLIP's embedding of the picture, [clip]. */
  readonly embedding: Float32Array<ArrayBuffer>;
  readonly picture: RgbPicture;
}

export interface WriterParts {
  readonly connection: Connection;
  readonly folder: LibraryFolder;
  readonly journal: Journal;
  readonly codec: ImageCodec;
  /** Why nothing can be changed; null where it can. */
  readonly refusal: StudioError | null;
}

/**
 * Everything that changes a library. Methods throw StudioError `disk-full`, `library-read-only`,
 * `library-busy` or `library-corrupt`; what they began is then undone.
 */
export class LibraryWriter {
  readonly #connection: Connection;
  readonly #folder: LibraryFolder;
  readonly #journal: Journal;
  readonly #codec: ImageCodec;
  readonly #refusal: StudioError | null;
  /** What an artist does to portraits and boards. */
  readonly arranger: Arranger;

  constructor({ connection, folder, journal, codec, refusal }: WriterParts) {
    this.#connection = connection;
    this.#folder = folder;
    this.#journal = journal;
    this.#codec = codec;
    this.#refusal = refusal;
    this.arranger = new Arranger(connection, journal, () => this.requireWritable());
  }

  /**
   * Asked before long work, so that nothing is computed that cannot be kept.
   *
   * @throws StudioError `library-read-only` or `library-busy` where nothing can be added
   */
  requireWritable(): void {
    if (this.#refusal) throw this.#refusal;
  }

  /**
   * Keeps a portrait. Its files are first brought to the disk in the staging folder; then, in one
   * transaction, the rows are written and the files renamed to where readers look. A process killed
   * before the commit leaves files that the next opening clears away or, if they are complete and in
   * place, adopts: never a picture without a row or a row without a picture.
   */
  async add({ generation, latents, embedding, picture }: NewPortrait): Promise<Generation> {
    this.requireWritable();
    const { width, height } = picture;
    const id = createId();
    const told = { ...generation, id, createdAt: timeOfId(id), width, height };
    const story: PortraitStory = {
      format: STORY_FORMAT,
      version: STORY_VERSION,
      generation: told,
      latents,
      embedding,
    };
    const [png, thumbnail] = await Promise.all([
      this.#codec.encode(picture, 'png'),
      this.#codec.thumbnail(picture, THUMBNAIL_SIDE),
    ]);
    await this.#keep(id, { picture: tellStory(png, story), thumbnail }, () => {
      insertPortrait(this.#connection, story);
    });
    return { ...told, ...UNTOUCHED };
  }

  /**
   * Keeps a portrait of another library as it is there, in the same way.
   *
   * @param picture with its story
   * @param thumbnail null where one has to be drawn
   * @param arranged on boards of this library
   */
  async takeIn(
    story: PortraitStory,
    picture: Uint8Array,
    thumbnail: Uint8Array | null,
    arranged: Arranged,
  ): Promise<void> {
    this.requireWritable();
    const { id } = story.generation;
    const drawn = thumbnail ?? (await this.#thumbnailOf(picture));
    await this.#keep(id, { picture, thumbnail: drawn }, () => {
      adoptPortrait(this.#connection, story);
      this.arranger.complete(id, arranged, true);
    });
  }

  /** Draws a thumbnail anew from its picture; of one that cannot be read it stays as it is. */
  async redrawThumbnail(id: string): Promise<void> {
    this.requireWritable();
    const picture = await readRegular(this.#folder.picture(id)).catch(() => null);
    const thumbnail = picture && (await this.#thumbnailOf(picture).catch(() => null));
    if (thumbnail) await this.#folder.replaceThumbnail(id, thumbnail);
  }

  /**
   * Puts the picture of a portrait back that is gone or damaged, and its thumbnail. Nothing where it was purged
   * meanwhile.
   */
  async putBack(id: string, picture: Uint8Array): Promise<void> {
    this.requireWritable();
    try {
      await this.#folder.stage(id, picture, await this.#thumbnailOf(picture));
      this.#connection.write(() => {
        if (hasRow(this.#connection, id)) this.#folder.publish(id);
      });
    } catch (thrown) {
      throw libraryError(thrown, this.#folder.root);
    } finally {
      await this.#folder.discard(id);
    }
  }

  /**
   * Keeps what a CLIP sees in the picture of a portrait that another one was drawn with.
   *
   * @returns false where the portrait is gone, or the library has it already
   */
  addEmbedding(id: string, space: string, embedding: Float32Array): boolean {
    this.requireWritable();
    return this.#connection.write(() => addEmbedding(this.#connection, id, space, embedding));
  }

  /**
   * Gives the spaces of portraits their names that were drawn before there were such names. Nothing but the
   * database takes part, so that it is done where nothing of a library can be written, too.
   *
   * @returns how many portraits changed
   */
  nameSpaces(told: readonly PackSpaces[]): number {
    return nameSpaces(this.#connection, told);
  }

  star(ids: readonly string[], starred: boolean): Changed {
    return this.arranger.change(ids, (now) => ({ ...now, starred }));
  }

  /** Puts portraits aside: out of the gallery and of searches, files and rows untouched. */
  trash(ids: readonly string[], trashedAt = Date.now()): Changed {
    return this.arranger.change(ids, (now) => ({ ...now, trashedAt: now.trashedAt ?? trashedAt }));
  }

  /** Takes portraits back out of the trash as they were. */
  restore(ids: readonly string[]): Changed {
    return this.arranger.change(ids, (now) => ({ ...now, trashedAt: null }));
  }

  /**
   * Removes portraits of the trash for good, rows and files. Portraits outside the trash stay.
   *
   * @param onGone told of each batch as soon as it is gone, whatever happens to the next
   * @returns how many are gone
   */
  async purge(ids: readonly string[], onGone?: (gone: string[]) => void): Promise<number> {
    this.requireWritable();
    let count = 0;
    for (let start = 0; start < ids.length; start += PURGE_BATCH) {
      const gone = await this.#purgeBatch(ids.slice(start, start + PURGE_BATCH));
      onGone?.(gone);
      count += gone.length;
    }
    return count;
  }

  async #thumbnailOf(picture: Uint8Array): Promise<Uint8Array> {
    const pixels = await this.#codec.decode(picture, THUMBNAIL_SIDE);
    return this.#codec.thumbnail(pixels, THUMBNAIL_SIDE);
  }

  /** @param insert writes the rows, in the transaction */
  async #keep(
    id: string,
    { picture, thumbnail }: { picture: Uint8Array; thumbnail: Uint8Array },
    insert: () => void,
  ): Promise<void> {
    // Files under that id are another portrait's until there is a row for these.
    let isOurs = false;
    try {
      await this.#folder.stage(id, picture, thumbnail);
      this.#connection.write(() => {
        insert();
        isOurs = true;
        this.#folder.publish(id);
      });
    } catch (thrown) {
      if (isOurs) this.#folder.withdraw(id);
      await this.#folder.discard(id);
      throw libraryError(thrown, this.#folder.root);
    }
  }

  /** The mirror of adding: files leave for staging before the commit and are removed after it. */
  async #purgeBatch(ids: readonly string[]): Promise<string[]> {
    const gone: string[] = [];
    try {
      this.#connection.write(() => {
        doNoted(this.#connection, this.#journal, () => {
          for (const id of ids) {
            const { changes } = this.#connection.run(
              'DELETE FROM generations WHERE id = ? AND trashed_at IS NOT NULL',
              id,
            );
            if (changes === 0) continue;
            gone.push(id);
            this.#folder.withdraw(id);
          }
          return gone.map((id): Deed => ({ kind: 'purge', id }));
        });
      });
    } catch (thrown) {
      for (const id of gone) this.#folder.restore(id);
      throw thrown;
    }
    for (const id of gone) await this.#folder.discard(id);
    return gone;
  }
}
