import { throwIfCancelled } from '../../contract/errors.ts';
import type { DrawnByServer } from '../../contract/model-server.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { RgbPicture } from '../images/codec.ts';
import type {
  CallOptions,
  DrawingRequest,
  DrawnPictures,
  Inference,
} from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import { gaussian } from '../latent/gaussian.ts';
import { lerp, stack } from '../latent/vectors.ts';
import { LatentSpace } from '../latent/w-plus.ts';
import type { GeneratorFolder } from './generator-folder.ts';
import { ManifoldProjection } from './projection.ts';

/** A picture, with the model server that drew it; this machine where it is left out or null. */
export interface DrawnPicture extends RgbPicture {
  readonly by?: DrawnByServer | null;
}

/** Most portraits drawn between two looks at the cancel signal. */
const MAX_CHUNK = 4;
/** Most pixels of them. What a network has in its memory while it draws grows with these. */
const MAX_CHUNK_PIXELS = MAX_CHUNK * 512 ** 2;

export interface MappingOptions extends CallOptions {
  class?: number | undefined;
}

export interface SynthesisOptions extends CallOptions {
  /** `preview` draws with the pack's small graph where it has one. */
  quality?: 'full' | 'preview';
  /** Of the noise that is added to each layer; the generator's own noise where it is left out. */
  noiseSeed?: number | undefined;
  /** One of many that are drawn one after the other and may differ in some layers only, as under a slider. */
  follows?: boolean | undefined;
  /** Task `render`, counted in portraits. */
  onProgress?: OnProgress | undefined;
}

/**
 * The StyleGAN of a pack: z → w by the mapping network, w⁺ → picture by the synthesis network, which is
 * given latents on the manifold of portraits where the pack knows how to project them there.
 */
export class Generator {
  readonly space: LatentSpace;
  readonly #pack: GeneratorFolder;
  readonly #inference: Inference;
  readonly #meanW: Float32Array;
  readonly #projection: ManifoldProjection;
  /** Made anew, it would take longer than the preview that it is for. */
  #lastNoise: { readonly seed: number; readonly numbers: Float32Array } | undefined;

  private constructor(pack: GeneratorFolder, inference: Inference, meanW: Float32Array) {
    this.space = new LatentSpace({
      width: pack.manifest.widths.w,
      layers: pack.manifest.generator.layers,
    });
    this.#pack = pack;
    this.#inference = inference;
    this.#meanW = meanW;
    this.#projection = new ManifoldProjection(pack, inference);
  }

  static async load(pack: GeneratorFolder, inference: Inference): Promise<Generator> {
    const { meanW } = pack.manifest.generator;
    return new Generator(pack, inference, await pack.readNumbers(meanW, pack.manifest.widths.w));
  }

  /** The z [z width] of the mapping network that belongs to a seed, N(0, I). */
  z(seed: number): Float32Array {
    return gaussian(seed, this.#pack.manifest.widths.z);
  }

  /**
   * z [z width] ~ N(0, I) to w [w width], of a class-conditional generator under one class.
   *
   * @param options `class` is its index; by default the one that the pack names
   */
  async map(
    z: readonly Float32Array[],
    { class: index, ...options }: MappingOptions = {},
  ): Promise<Float32Array[]> {
    const label = this.#label(index);
    const rows = z.map((noise) => ({ z: noise, ...(label && { class: label }) }));
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
  ): Promise<DrawnPicture[]> {
    const { quality = 'full', noiseSeed, follows, onProgress, ...call } = options;
    const { layers, pixelRange } = this.#manifest;
    const { resolution, ...network } = this.#network(quality, noiseSeed);
    const common = { ...network, follows, layers, pixelRange };
    const chunkLength = portraitsAtOnce(resolution);
    const progress = trackProgress('render', latents.length, onProgress);
    const wPlus = latents.map((latent) => this.space.toWPlus(latent));
    const projected = await this.project(wPlus, call);
    const pictures: DrawnPicture[] = [];
    for (let start = 0; start < latents.length; start += chunkLength) {
      throwIfCancelled(call.signal);
      const chunk = projected.slice(start, start + chunkLength);
      const drawing = { ...common, w: stack(chunk), count: chunk.length };
      pictures.push(...split(await this.#inference.render(drawing, call)));
      progress.advance(chunk.length);
    }
    progress.finish();
    return pictures;
  }

  /** A synthesis network, the side of its pictures and, for one that takes noise, that of a seed or its own. */
  #network(
    quality: 'full' | 'preview',
    noiseSeed: number | undefined,
  ): Pick<DrawingRequest, 'graph' | 'noise'> & { resolution: number } {
    const { synthesis, noiseNumbers, preview, resolution } = this.#manifest;
    const network =
      quality === 'preview' && preview ? preview : { graph: synthesis, noiseNumbers, resolution };
    const drawn = { graph: this.#pack.file(network.graph), resolution: network.resolution };
    const width = network.noiseNumbers;
    if (width === undefined) return drawn;
    const rows = noiseSeed === undefined ? new Float32Array() : this.#noiseOf(noiseSeed, width);
    return { ...drawn, noise: { rows, width } };
  }

  /** Noise [width]. Layers come coarse to fine, so that a preview has the noise of its full picture's first ones. */
  #noiseOf(seed: number, width: number): Float32Array {
    const last = this.#lastNoise;
    const isKnown = last?.seed === seed && last.numbers.length >= width;
    const known = isKnown ? last : { seed, numbers: gaussian(seed, width) };
    this.#lastNoise = known;
    return known.numbers.subarray(0, width);
  }

  /** A class as the mapping network takes it, one-hot [classes]; undefined where there are none. */
  #label(index?: number): Float32Array | undefined {
    const { classes } = this.#manifest;
    if (!classes) return undefined;
    const label = new Float32Array(classes.count);
    label[index ?? classes.default] = 1;
    return label;
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

function split({ width, height, pixels, by = [] }: DrawnPictures): DrawnPicture[] {
  const size = width * height * 3;
  // One alone is not copied: the frames of a slider would be garbage by the megabyte.
  if (pixels.length === size) return [{ width, height, data: pixels, by: by[0] ?? null }];
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    width,
    height,
    data: pixels.slice(i * size, (i + 1) * size),
    by: by[i] ?? null,
  }));
}
