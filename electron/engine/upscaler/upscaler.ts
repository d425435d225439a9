import { throwIfCancelled } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { UpscalerPart } from '../packs/graphs.ts';
import type { ModelFolder } from '../packs/model-folder.ts';
import { cutTile, pasteTile, tileAreas } from './tiles.ts';

/** The folder of an upscaler. */
type UpscalerFolder = ModelFolder & { readonly manifest: UpscalerPart };

export interface EnlargeOptions extends CallOptions {
  /** Told of each tile which part of the picture it was; together 1. */
  readonly onPart?: ((part: number) => void) | undefined;
}

/** A network that enlarges pictures, a tile at a time, so that memory does not grow with them. */
export class Upscaler {
  readonly #folder: UpscalerFolder;
  readonly #inference: Inference;

  constructor(folder: UpscalerFolder, inference: Inference) {
    this.#folder = folder;
    this.#inference = inference;
  }

  /**
   * The picture, `factor` times as large. Cancelling stops between tiles.
   *
   * @throws StudioError `cancelled`, and what computing a tile throws
   */
  async enlarge(
    picture: RgbPicture,
    { onPart, ...call }: EnlargeOptions = {},
  ): Promise<RgbPicture> {
    const { tile, factor } = this.#folder.manifest.upscaler;
    const width = picture.width * factor;
    const height = picture.height * factor;
    const enlarged = { width, height, data: new Uint8Array(width * height * 3) };
    const areas = tileAreas(picture, tile);
    for (const area of areas) {
      throwIfCancelled(call.signal);
      const larger = await this.enlargeTile(cutTile(picture, area, tile), call);
      pasteTile(enlarged, larger, area, tile);
      onPart?.(1 / areas.length);
    }
    return enlarged;
  }

  /** A picture of the size of its tiles, enlarged. */
  async enlargeTile(tile: RgbPicture, call?: CallOptions): Promise<RgbPicture> {
    const { graph, factor } = this.#folder.manifest.upscaler;
    const { data: pixels, ...size } = tile;
    const asked = { graph: this.#folder.file(graph), picture: { ...size, pixels }, factor };
    const larger = await this.#inference.enlarge(asked, call);
    return { width: larger.width, height: larger.height, data: larger.pixels };
  }
}
