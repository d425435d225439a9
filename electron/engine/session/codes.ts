import { StudioError } from '../../contract/errors.ts';
import type { Anchor, Generation } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { FlowCode, FlowInput, LatentCode, UndecodedCode } from '../latent/code.ts';
import { addScaled } from '../latent/vectors.ts';
import { type LibraryReader, notDrawn } from '../library/reader.ts';
import { embedWords, pictureCondition } from '../models/conditions.ts';
import type { Models } from '../models/models.ts';
import { withOwnNoise } from '../models/own-noise.ts';
import type { Locked, Locks } from '../semantics/locks.ts';
import type { PortraitPictures } from './portrait-pictures.ts';
import type { References } from './references.ts';
import type { SamplingSettings } from './sampling-settings.ts';

/** A latent code that may still have to be decoded, and what of another portrait is locked in it. */
export type PendingCode = (LatentCode | UndecodedCode) & { readonly locked?: Locked | undefined };

/** Numbers of w that differ by no more were decoded from the same noise, alone or among others. */
const ROUNDING = 1e-4;

export interface LatentCodesParts {
  readonly models: Models;
  readonly reader: LibraryReader;
  readonly references: References;
  readonly pictures: PortraitPictures;
  readonly locks: Locks;
}

/** Finds the latent codes of portraits, prompts and pictures under one pack. */
export class LatentCodes {
  readonly #models: Models;
  readonly #reader: LibraryReader;
  readonly #references: References;
  readonly #pictures: PortraitPictures;
  readonly #locks: Locks;

  constructor({ models, reader, references, pictures, locks }: LatentCodesParts) {
    this.#models = models;
    this.#reader = reader;
    this.#references = references;
    this.#pictures = pictures;
    this.#locks = locks;
  }

  /** Decodes and truncates those that are not decoded yet, in one run, and applies locks. */
  async decode(codes: readonly PendingCode[], options?: CallOptions): Promise<LatentCode[]> {
    const { flow, generator } = this.#models;
    const pending = codes.flatMap((code) => ('w' in code ? [] : [code]));
    const undecoded = await withOwnNoise(this.#models, pending, options);
    const latents = undecoded.length > 0 ? await flow.decode(undecoded, options) : [];
    let decoded = 0;
    const found = codes.map((given) => {
      if ('w' in given) return given;
      const code = resultAt(undecoded, decoded);
      const w = generator.truncate(resultAt(latents, decoded++), code.truncation);
      const { residual } = code;
      return { ...code, w: residual ? addScaled(...generator.space.alike(w, residual)) : w };
    });
    return Promise.all(
      found.map(async ({ locked, ...code }) => {
        if (!locked) return code;
        const wPlus = generator.space.toWPlus(code.w);
        return { ...code, w: await this.#locks.apply(wPlus, locked, options) };
      }),
    );
  }

  /** The latent code of one end of a path. */
  async ofAnchor(
    anchor: Anchor,
    settings: SamplingSettings,
    options?: CallOptions,
  ): Promise<FlowCode> {
    if (anchor.kind === 'portrait') return this.ofPortrait(anchor.id, options);
    const { seed } = anchor;
    const z = this.#models.flow.noise(seed, settings.temperature);
    if (anchor.kind === 'image') {
      const picture = await this.#references.embed(anchor.reference, this.#models);
      const e = pictureCondition(this.#models, picture, settings)(seed);
      return this.#decodeOne({ z, e }, settings.truncation, options);
    }
    const words = await embedWords(this.#models, anchor.prompt, settings, options);
    const beginning = words.beginning(seed, settings.temperature);
    const whole = await withOwnNoise(
      this.#models,
      [{ z, e: words.condition(seed), beginning }],
      options,
    );
    return this.#decodeOne(resultAt(whole, 0), settings.truncation, options);
  }

  /**
   * The latent code of a portrait of the library. One that this flow did not draw is inverted under its own
   * picture's embedding; what the noise found there leaves of it is its residual.
   *
   * @throws StudioError `not-found`, `pack-not-found` when it lies in another latent space
   */
  async ofPortrait(id: string, options?: CallOptions): Promise<FlowCode> {
    const { truncation } = this.#reader.get(id).settings;
    const { z, condition: e, w } = this.latents(id);
    const look = () => this.#pictures.embedding(id, this.#models, options);
    return this.#asFlowCode({ z, e, w, truncation }, look, options);
  }

  /**
   * The same of one that the library does not hold, as it would be found there.
   *
   * @param noiseSeed of the noise that it is drawn with
   */
  ofUnkept(
    code: LatentCode,
    noiseSeed: number | undefined,
    options?: CallOptions,
  ): Promise<FlowCode> {
    const look = async () => {
      const { generator, clip } = this.#models;
      const drawn = await generator.synthesise([code.w], { ...options, noiseSeed });
      return resultAt(await clip.embedPictures(drawn, options), 0);
    };
    return this.#asFlowCode(code, look, options);
  }

  /** @param look says what CLIP sees in the picture */
  async #asFlowCode(
    { z, e, w, truncation }: LatentCode,
    look: () => Promise<Float32Array>,
    options: CallOptions | undefined,
  ): Promise<FlowCode> {
    const { space } = this.#models.generator;
    if (!z || !e) {
      const seen = { w: space.toW(w), e: await look() };
      return this.invert(seen, { w, truncation }, options);
    }
    const drawn = { z, e };
    const residual = await this.#residual({ ...drawn, w, truncation }, options);
    // One that was drawn around a portrait without noise has a residual as well, though no layer of its own.
    const isChanged =
      w.length !== space.width || residual.some((value) => Math.abs(value) > ROUNDING);
    return { ...drawn, w, truncation, residual: isChanged ? residual : null };
  }

  /** A portrait as the flow sees it: the noise that its w, before truncation, is under an embedding. */
  async invert(
    seen: { readonly w: Float32Array; readonly e: Float32Array },
    { w, truncation }: Pick<LatentCode, 'w' | 'truncation'>,
    options?: CallOptions,
  ): Promise<FlowCode> {
    const { e } = seen;
    const { z } = resultAt(await this.#models.flow.encode([seen], options), 0);
    const residual = await this.#residual({ z, e, w, truncation }, options);
    return { z, e, w, truncation, residual };
  }

  /**
   * The numbers that a portrait of the library was drawn from, as far as they mean something to this pack:
   * noise and condition are null where another flow drew it.
   *
   * @throws StudioError `not-found`, `pack-not-found` when it lies in another latent space
   */
  latents(id: string): Latents {
    const portrait = this.#reader.get(id);
    this.requireDrawable(portrait);
    const latents = this.#reader.latents(id);
    const isOfThisFlow = portrait.spaces.flow === this.#models.pack.spaces.flow;
    return isOfThisFlow ? latents : { ...latents, z: null, condition: null };
  }

  /** Whether what draws under this pack also draws a portrait. */
  canDraw({ spaces }: Generation): boolean {
    return spaces.latent === this.#models.pack.spaces.latent;
  }

  /** @throws StudioError `pack-not-found` for a portrait that lies in another latent space than this pack's */
  requireDrawable(portrait: Generation): void {
    if (this.canDraw(portrait)) return;
    if (portrait.source.kind === 'import') throw notDrawn(portrait.id);
    const { id, version } = portrait.pack;
    const { manifest } = this.#models.pack;
    throw new StudioError(
      'pack-not-found',
      `This portrait was drawn by the pack "${id}" ${version}, in another latent space than that of ` +
        `"${manifest.id}" ${manifest.version}, and its pack is neither installed nor kept by the library. ` +
        'It can be seen, searched, starred and exported. To go on from it, carry it over to the pack in use ' +
        `(clip-flow carry-over ${portrait.id}), or install its pack.`,
      { details: { id, version, portrait: portrait.id } },
    );
  }

  /** What a portrait has that is not drawn by its noise and words alone. */
  async #residual(
    { z, e, w, truncation }: Omit<FlowCode, 'residual'>,
    options: CallOptions | undefined,
  ): Promise<Float32Array> {
    const plain = await this.#decodeOne({ z, e }, truncation, options);
    const [own, decoded] = this.#models.generator.space.alike(w, plain.w);
    return addScaled(own, decoded, -1);
  }

  async #decodeOne(
    input: FlowInput,
    truncation: number,
    options: CallOptions | undefined,
  ): Promise<FlowCode> {
    const { flow, generator } = this.#models;
    const w = resultAt(await flow.decode([input], options), 0);
    return { ...input, w: generator.truncate(w, truncation), truncation, residual: null };
  }
}
