import { webcrypto } from 'node:crypto';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Reference } from '../../contract/reference.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import { readRecipe } from '../images/metadata/story.ts';
import { fileBytes } from '../images/picture-file.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { resultAt } from '../inference/results.ts';
import type { Models } from '../models/models.ts';

/** Pictures are read at this longest side: more than any image encoder looks at. */
const READ_SIDE = 1_024;
const THUMBNAIL_SIDE = 256;
const EMBEDDINGS_KEPT = 64;

/**
 * The artist's own pictures, kept with the library as they came, each under the SHA-256 of its file:
 * what was drawn from one can be drawn again, and the same picture is never there twice.
 */
export class References {
  readonly #library: string;
  readonly #codec: ImageCodec;
  readonly #requireWritable: () => void;
  readonly #embeddings = new LruCache<Float32Array>(EMBEDDINGS_KEPT);

  /**
   * @param library root folder of the library
   * @param requireWritable throws where nothing can be added to it
   */
  constructor(library: string, codec: ImageCodec, requireWritable: () => void) {
    this.#library = library;
    this.#codec = codec;
    this.#requireWritable = requireWritable;
  }

  /**
   * Takes a picture in, by its bytes or by the path of its file.
   *
   * @throws StudioError `picture-unreadable`, `picture-too-large`, `file-not-found`, `disk-full`,
   *   `access-denied`, `library-read-only`
   */
  async add(source: Uint8Array | string): Promise<Reference> {
    this.#requireWritable();
    // Decoded first: it refuses what is too large before anything is read whole.
    const picture = await this.#codec.decode(source, READ_SIDE);
    const bytes = typeof source === 'string' ? await fileBytes(source) : source;
    // Hashed beside this thread, which 100 MB would hold up for a good while.
    const id = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
    await keepFile(this.#file(id), bytes);
    return this.#describe(id, picture, bytes);
  }

  /** @throws StudioError `not-found` */
  async get(id: string): Promise<Reference> {
    const bytes = await this.#read(id);
    return this.#describe(id, await this.#codec.decode(bytes, READ_SIDE), bytes);
  }

  /**
   * Its pixels, on a longest side of at most 1,024.
   *
   * @throws StudioError `not-found`
   */
  async picture(id: string): Promise<RgbPicture> {
    return this.#codec.decode(await this.#read(id), READ_SIDE);
  }

  /** CLIP's embedding of the picture, [clip] and unit. */
  embed(id: string, { pack, clip }: Models): Promise<Float32Array> {
    return this.#embeddings.get(`${pack.spaces.embedding} ${id}`, async () => {
      const picture = await this.picture(id);
      return resultAt(await clip.embedPictures([picture], { priority: 'interactive' }), 0);
    });
  }

  async #describe(id: string, picture: RgbPicture, bytes: Uint8Array): Promise<Reference> {
    const { width, height } = await this.#codec.measure(bytes);
    const thumbnail = await this.#codec.thumbnail(picture, THUMBNAIL_SIDE);
    return { id, width, height, thumbnail, ...recipeOf(bytes) };
  }

  async #read(id: string): Promise<Uint8Array> {
    try {
      return await readRegular(this.#file(id));
    } catch (thrown) {
      if (!isSystemError(thrown, 'ENOENT')) throw libraryError(thrown, this.#library);
      throw new StudioError('not-found', 'That picture is not in the library. Add it again.', {
        details: { id },
      });
    }
  }

  #file(id: string): string {
    return path.join(this.#library, 'references', id);
  }
}

/** A picture can be started from whatever it says of itself: what cannot be used is told of, and no more. */
function recipeOf(bytes: Uint8Array): Pick<Reference, 'recipe' | 'notice'> {
  try {
    return { recipe: readRecipe(bytes)?.generation ?? null, notice: null };
  } catch (thrown) {
    if (!(thrown instanceof StudioError) || thrown.code !== 'metadata-malformed') throw thrown;
    return { recipe: null, notice: thrown.message };
  }
}
