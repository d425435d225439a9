import { throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { Pictures } from '../inference/protocol.ts';
import { runRows } from '../inference/rows.ts';
import { gaussian } from '../latent/gaussian.ts';
import { lerp, stack } from '../latent/vectors.ts';
import { LatentSpace } from '../latent/w-plus.ts';
import type { Pack } from '../packs/pack.ts';
import { ManifoldProjection } from './projection.ts';

/** Most portraits drawn between two looks at the cancel signal. */
const MAX_CHUNK = 4;
/** Most pixels of them. What a network has in its memory while it draws grows with these. */
const MAX_CHUNK_PIXELS = MAX_CHUNK * 512 ** 2;

export interface SynthesisOptions extends CallOptions {
  /** `preview` draws with the pack's small graph where it has one. */
  quality?: 'full' | 'preview';
  /** Task `render`, counted in portraits. */
  onProgress?: OnProgress | undefined;
}

/**
 * The StyleGAN of a pack: z → w by the mapping network, w⁺ → picture by the synthesis network, which is
 * given latents on the manifold of portraits where the pack knows how to project them there.
 */
export class Generator {
  readonly space: LatentSpace;
  readonly #pack: Pack;
  readonly #inference: Inference;
  readonly #meanW: Float32Array;
  readonly #projection: ManifoldProjection;

  private constructor(pack: Pack, inference: Inference, meanW: Float32Array) {
    this.space = new LatentSpace({
      width: pack.widths.w,
      layers: pack.manifest.generator.layers,
    });
    this.#pack = pack;
    this.#inference = inference;
    this.#meanW = meanW;
    this.#projection = new ManifoldProjection(pack, inference);
  }

  static async load(pack: Pack, inference: Inference): Promise<Generator> {
    const { meanW } = pack.manifest.generator;
    return new Generator(pack, inference, await pack.readNumbers(meanW, pack.widths.w));
  }

  /** The z [z width] of the mapping network that belongs to a seed, N(0, I). */
  z(seed: number): Float32Array {
    return gaussian(seed, this.#pack.widths.z);
  }

  /** z [z width] ~ N(0, I) to w [w width]. */
  async map(z: readonly Float32Array[], options?: CallOptions): Promise<Float32Array[]> {
    const rows = z.map((noise) => ({ z: noise }));
    const graph = this.#pack.file(this.#manifest.mapping);
    const latents = await runRows(this.#inference, graph, rows, { w: this.space.width }, options);
    return latents.map(({ w }) => w);
  }

  /** Truncation w' = w̄ + ψ(w − w̄) (Karras, Laine & Aila 2019, "A style-based generator…", appendix B). */
  truncate(w: Float32Array, psi: number): Float32Array {
    return lerp(this.#meanW, w, psi);
  }

  /**
   * Projects each w or w⁺ to the manifold of portraits: what is drawn of it. Of a pack without projection,
   * they are as they were.
   */
  project(
    latents: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<readonly Float32Array[]> {
    return this.#projection.project(latents, options);
  }

  /** The one w that comes nearest to what is drawn of a w or w⁺. */
  async projectedW(latent: Float32Array, options?: CallOptions): Promise<Float32Array> {
    const [projected = latent] = await this.project([latent], options);
    return this.space.toW(projected);
  }

  /** Draws one picture for each w or w⁺, some at a time; cancelling stops between chunks. */
  async synthesise(
    latents: readonly Float32Array[],
    options: SynthesisOptions = {},
  ): Promise<RgbPicture[]> {
    const { quality = 'full', onProgress, ...call } = options;
    const { layers, pixelRange } = this.#manifest;
    const { file, resolution } = this.#synthesisGraph(quality);
    const graph = this.#pack.file(file);
    const chunkLength = portraitsAtOnce(resolution);
    const progress = trackProgress('render', latents.length, onProgress);
    const wPlus = latents.map((latent) => this.space.toWPlus(latent));
    const projected = await this.project(wPlus, call);
    const pictures: RgbPicture[] = [];
    for (let start = 0; start < latents.length; start += chunkLength) {
      throwIfCancelled(call.signal);
      const chunk = projected.slice(start, start + chunkLength);
      const drawing = { graph, w: stack(chunk), count: chunk.length, layers, pixelRange };
      pictures.push(...split(await this.#inference.render(drawing, call)));
      progress.advance(chunk.length);
    }
    progress.finish();
    return pictures;
  }

  #synthesisGraph(quality: 'full' | 'preview'): { file: string; resolution: number } {
    const { synthesis, preview, resolution } = this.#manifest;
    return quality === 'preview' && preview
      ? { file: preview.graph, resolution: preview.resolution }
      : { file: synthesis, resolution };
  }

  get #manifest(): PackManifest['generator'] {
    return this.#pack.manifest.generator;
  }
}

/** How many portraits of side `resolution` are drawn in one request: by their pixels, at least one. */
export function portraitsAtOnce(resolution: number): number {
  const fitting = Math.floor(MAX_CHUNK_PIXELS / resolution ** 2);
  return Math.min(MAX_CHUNK, Math.max(1, fitting));
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
