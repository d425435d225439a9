import type { ImageCodec, PictureSize, RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { Library } from '../library/library.ts';
import type { Models } from '../models/models.ts';

/** The pictures of a library's portraits as CLIPs see them that may not have drawn them. */
export class PortraitPictures {
  readonly #library: Library;
  readonly #codec: ImageCodec;

  constructor(library: Library, codec: ImageCodec) {
    this.#library = library;
    this.#codec = codec;
  }

  /**
   * @param size the picture is to be compared with one of this size, and is brought to its longest side
   * @throws StudioError `not-found`, `picture-unreadable`, `access-denied`
   */
  async read(id: string, size?: PictureSize): Promise<RgbPicture> {
    const picture = await this.#codec.decode(await this.#library.reader.picture(id));
    const side = size && Math.max(size.width, size.height);
    const isOfThatSize = side === undefined || Math.max(picture.width, picture.height) === side;
    return isOfThatSize ? picture : this.#codec.resize(picture, side);
  }

  /**
   * What a pack's CLIP sees in a portrait's picture [CLIP width, unit]. Where it has not looked at it before, it
   * does now, and the library remembers it.
   *
   * @throws StudioError `not-found`, `picture-unreadable`, `access-denied`, and what embedding fails with
   */
  async embedding(
    id: string,
    { pack, clip }: Pick<Models, 'pack' | 'clip'>,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const { reader, writer, refusal } = this.#library;
    const { embedding: space } = pack.spaces;
    const known = reader.embeddingIn(space, id);
    if (known) return known;
    const seen = resultAt(await clip.embedPictures([await this.read(id)], options), 0);
    if (!refusal) writer.addEmbedding(id, space, seen);
    return seen;
  }
}
