import { throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { Pictures } from '../inference/protocol.ts';
import { runRows, stack } from '../inference/rows.ts';
import { lerp } from '../latent/vectors.ts';
import type { Pack } from '../packs/pack.ts';
import { Firming } from './projection.ts';
import { toLatent } from '../latent/w-plus.ts';

/** Portraits drawn between two looks at the cancel signal. */
const CHUNK = 4;

export interface SynthesisOptions extends CallOptions {
  /** `preview` draws with the pack's small graph where it has one. */
  quality?: 'full' | 'preview';
  /** Task `render`, counted in portraits. */
  onProgress?: OnProgress | undefined;
}

/**
 * The StyleGAN of a pack: z → w by the mapping network, w⁺ → picture by the synthesis network, which is
 * given firm latents where the pack knows how to make them.
 */
export class Generator {
  readonly #pack: Pack;
  readonly #inference: Inference;
  readonly #meanW: Float32Array;
  readonly #firming: Firming;

  private constructor(pack: Pack, inference: Inference, meanW: Float32Array) {
    this.#pack = pack;
    this.#inference = inference;
    this.#meanW = meanW;
    this.#firming = new Firming(pack, inference);
  }

  static async load(pack: Pack, inference: Inference): Promise<Generator> {
    const { meanW } = pack.manifest.generator;
    return new Generator(pack, inference, await pack.readNumbers(meanW));
  }

  /** How many layers a w⁺ has. */
  get layers(): number {
    return this.#manifest.layers;
  }

  /** z ~ N(0, I) to w, both 512 wide. */
  async map(z: readonly Float32Array[], options?: CallOptions): Promise<Float32Array[]> {
    const { mapping, latentDim } = this.#manifest;
    const rows = z.map((noise) => ({ z: noise }));
    const graph = this.#pack.file(mapping);
    const latents = await runRows(this.#inference, graph, rows, { w: latentDim }, options);
    return latents.map(({ w }) => w);
  }

  /** Truncation w' = w̄ + ψ(w − w̄) (Karras, Laine & Aila 2019, "A style-based generator…", appendix B). */
  truncate(w: Float32Array, psi: number): Float32Array {
    return lerp(this.#meanW, w, psi);
  }

  /** What is drawn of each w [512] or w⁺: where it lies between portraits, one of them. */
  firm(latents: readonly Float32Array[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#firming.firm(latents, options);
  }

  /** The one w [512] that comes nearest to what is drawn of a w or w⁺. */
  async drawnLatent(latent: Float32Array, options?: CallOptions): Promise<Float32Array> {
    const [firm = latent] = await this.firm([latent], options);
    return toLatent(firm);
  }

  /**
   * Draws one picture for each w⁺ (layers × 512 numbers), `CHUNK` at a time; cancelling stops between
   * chunks.
   */
  async synthesise(
    styles: readonly Float32Array[],
    options: SynthesisOptions = {},
  ): Promise<RgbPicture[]> {
    const { quality = 'full', onProgress, ...call } = options;
    const { synthesis, preview, layers, pixelRange } = this.#manifest;
    const graph = this.#pack.file((quality === 'preview' && preview?.graph) || synthesis);
    const progress = trackProgress('render', styles.length, onProgress);
    const firm = await this.firm(styles, call);
    const pictures: RgbPicture[] = [];
    for (let start = 0; start < styles.length; start += CHUNK) {
      throwIfCancelled(call.signal);
      const chunk = firm.slice(start, start + CHUNK);
      const drawing = { graph, w: stack(chunk), count: chunk.length, layers, pixelRange };
      pictures.push(...split(await this.#inference.render(drawing, call)));
      progress.advance(chunk.length);
    }
    progress.finish();
    return pictures;
  }

  get #manifest(): PackManifest['generator'] {
    return this.#pack.manifest.generator;
  }
}

function split({ width, height, pixels }: Pictures): RgbPicture[] {
  const size = width * height * 3;
  // One alone is not copied: the frames of a slider would be garbage by the megabyte.
  if (pixels.length === size) return [{ width, height, data: pixels }];
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    width,
    height,
    data: pixels.slice(i * size, (i + 1) * size),
  }));
}
