import { setImmediate as nextTurn } from 'node:timers/promises';
import { StudioError } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { Gap } from '../../contract/settings.ts';
import type { RgbPicture } from '../images/codec.ts';
import { toSquare } from '../images/resample.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { Tensor, Tensors } from '../inference/protocol.ts';
import { float32Tensor, outputData } from '../inference/rows.ts';
import { addScaled, mean, norm, normalise, scale, stack, unstack } from '../latent/vectors.ts';
import type { ClipPart } from '../packs/graphs.ts';
import type { ModelFolder } from '../packs/model-folder.ts';
import { toPlanes } from './planes.ts';
import { checkPrompt, cleanPrompt } from './prompt.ts';
import { Tokenizer } from './tokenizer.ts';
import { unheardWords } from './unheard.ts';

/** Pictures encoded in one run, which bounds the memory it takes. */
const CHUNK = 8;

/** The ways over the gap that need nothing but the text. */
export type TextGap = Exclude<Gap, 'neighbours'>;

export interface PromptEmbedding {
  /** What the text encoder says: what pictures are scored and searched by. Unit length. */
  raw: Float32Array;
  /** `raw` carried over the text/image gap: what the flow is given. Unit length. */
  condition: Float32Array;
}

/** The folder of a pack, or of a CLIP alone. */
export type ClipFolder = ModelFolder & { readonly manifest: ClipPart };

/** The two encoders of a pack: words and pictures to unit vectors in one space. */
export class Clip {
  readonly #pack: ClipFolder;
  readonly #inference: Inference;
  readonly #tokenizer: Tokenizer;
  readonly #wantsMask: boolean;
  readonly #shift: Float32Array | undefined;

  private constructor(
    pack: ClipFolder,
    inference: Inference,
    parts: { tokenizer: Tokenizer; wantsMask: boolean; shift: Float32Array | undefined },
  ) {
    this.#pack = pack;
    this.#inference = inference;
    this.#tokenizer = parts.tokenizer;
    this.#wantsMask = parts.wantsMask;
    this.#shift = parts.shift;
  }

  static async load(pack: ClipFolder, inference: Inference): Promise<Clip> {
    const { text, gap } = pack.manifest.clip;
    const { inputs } = await inference.describe(pack.file(text.graph));
    return new Clip(pack, inference, {
      tokenizer: await Tokenizer.load(pack.file(text.tokenizer), text.contextLength),
      wantsMask: inputs.some(({ name }) => name === 'attention_mask'),
      shift:
        gap.shift === undefined
          ? undefined
          : await pack.readNumbers(gap.shift, pack.manifest.widths.clip),
    });
  }

  /**
   * Embeds a prompt.
   *
   * @param gap how to carry it over to where pictures lie
   * @throws StudioError `prompt-empty`, `prompt-too-long`, or `pack-lacks-feature` for a way the pack
   *   does not bring
   */
  async embedPrompt(prompt: string, gap: TextGap, options?: CallOptions): Promise<PromptEmbedding> {
    const text = checkPrompt(prompt);
    const raw = await this.#encodeText(text, options);
    const condition =
      gap === 'ensemble'
        ? await this.#ensemble(text, options)
        : await this.carryOver(raw, gap, options);
    return { raw, condition };
  }

  /**
   * Carries a text's embedding over to where pictures lie.
   *
   * @param raw [clip], unit length
   * @throws StudioError `pack-lacks-feature` for a way the pack does not bring
   */
  async carryOver(
    raw: Float32Array,
    gap: Exclude<TextGap, 'ensemble'>,
    options?: CallOptions,
  ): Promise<Float32Array> {
    switch (gap) {
      case 'none':
        return raw;
      case 'shift':
        if (!this.#shift) throw this.#lacks(gap);
        return normalise(addScaled(raw, this.#shift));
      case 'prior':
        return this.#applyPrior(raw, options);
    }
  }

  /** The words of a prompt that are beyond what CLIP hears, or that it has no tokens for. */
  unheard(prompt: string): string[] {
    return unheardWords(cleanPrompt(prompt), this.#tokenizer);
  }

  /** Embeds pictures of any size: scaled to the encoder's square, normalised. */
  async embedPictures(
    pictures: readonly RgbPicture[],
    options?: CallOptions,
  ): Promise<Float32Array[]> {
    const { image } = this.#manifest;
    const { clip: width } = this.#pack.manifest.widths;
    const graph = this.#pack.file(image.graph);
    const embeddings: Float32Array[] = [];
    for (let start = 0; start < pictures.length; start += CHUNK) {
      const planes: Float32Array[] = [];
      for (const picture of pictures.slice(start, start + CHUNK)) {
        planes.push(toPlanes(toSquare(picture, image), image));
        // Scaling takes milliseconds; whoever else waits for this process is heard in between.
        await nextTurn();
      }
      const dims = [planes.length, 3, image.size, image.size];
      const feeds = { pixel_values: float32Tensor(stack(planes), dims) };
      const { image_embeds } = await this.#inference.run(graph, feeds, options);
      const length = planes.length * width;
      const data = outputData(graph, 'image_embeds', image_embeds, length);
      embeddings.push(...unstack(data, width).map((e) => unitLength(graph, e)));
    }
    return embeddings;
  }

  /** Radford et al. 2021, §3.1.4: the mean over prompt templates, in embedding space. */
  async #ensemble(text: string, options?: CallOptions): Promise<Float32Array> {
    const texts = this.#manifest.promptTemplates.map((template) =>
      template.replace('{}', () => text),
    );
    const embeddings = texts.map((words) => this.#encodeText(words, options));
    return normalise(mean(await Promise.all(embeddings)));
  }

  async #applyPrior(raw: Float32Array, options?: CallOptions): Promise<Float32Array> {
    const { gap } = this.#manifest;
    const { clip: width } = this.#pack.manifest.widths;
    if (gap.prior === undefined) throw this.#lacks('prior');
    const graph = this.#pack.file(gap.prior);
    const feeds = { text_embeds: float32Tensor(raw, [1, width]) };
    const { image_embeds } = await this.#inference.run(graph, feeds, options);
    return unitLength(graph, outputData(graph, 'image_embeds', image_embeds, width));
  }

  /** One text at a time: its numbers do not depend on what stands beside it. */
  async #encodeText(text: string, options?: CallOptions): Promise<Float32Array> {
    const { graph: name } = this.#manifest.text;
    const graph = this.#pack.file(name);
    const { ids, mask } = padded(this.#tokenizer.encode(text).ids, this.#manifest.text);
    const feeds: Tensors = { input_ids: int64Row(ids) };
    if (this.#wantsMask) feeds['attention_mask'] = int64Row(mask);
    const { text_embeds } = await this.#inference.run(graph, feeds, options);
    const { clip: width } = this.#pack.manifest.widths;
    return unitLength(graph, outputData(graph, 'text_embeds', text_embeds, width));
  }

  #lacks(gap: TextGap): StudioError {
    const { id } = this.#pack.manifest;
    return new StudioError(
      'pack-lacks-feature',
      `The pack "${id}" cannot carry a prompt over by "${gap}". Leave the choice to the pack.`,
    );
  }

  get #manifest(): PackManifest['clip'] {
    return this.#pack.manifest.clip;
  }
}

/** @throws StudioError `pack-constant-output` for zeros, which have no direction and mean nothing */
function unitLength(graph: string, embedding: Float32Array): Float32Array {
  const length = norm(embedding);
  if (length > 0 && Number.isFinite(1 / length)) return scale(embedding, 1 / length);
  throw new StudioError(
    'pack-constant-output',
    `The graph ${graph} gave an embedding of zeros. Nothing was drawn of it or kept; try other words, or another model.`,
  );
}

/** The tokens that the encoder is given, and a mask that is 1 for those it is to attend to. */
function padded(
  ids: readonly number[],
  { padding, contextLength }: PackManifest['clip']['text'],
): { ids: number[]; mask: number[] } {
  const missing = padding.kind === 'context' ? contextLength - ids.length : 0;
  const fill = (value: number) => Array.from({ length: missing }, () => value);
  const { id, attended = false } = padding.kind === 'context' ? padding : { id: 0 };
  return { ids: [...ids, ...fill(id)], mask: [...ids.map(() => 1), ...fill(Number(attended))] };
}

function int64Row(values: readonly number[]): Tensor {
  return { type: 'int64', dims: [1, values.length], data: BigInt64Array.from(values, BigInt) };
}
