import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { addScaled, scale } from '../latent/vectors.ts';
import type { Models } from '../models/models.ts';
import type { AttributeEditor, End } from './attribute-editor.ts';
import type { LocalResponse } from './attribute-response.ts';
import { type AttributeResponse, measureResponse, responseAt } from './attribute-response.ts';
import { indexOfDirection, type LinearSemantics } from './linear.ts';
import type { PhrasePair, Semantics, Start } from './semantics.ts';

/** Phrases that are remembered, and phrases at portraits: a megabyte each. */
const RESPONSES_KEPT = 16;

/** Two phrases, by what tells them from all others and their embeddings. */
interface EmbeddedPair {
  readonly key: readonly string[];
  readonly ends: Readonly<Record<End, Float32Array>>;
}

/**
 * Semantics of a pack with an attribute model: a named direction leads to a portrait that differs in that
 * one thing, and a phrase to what it is most about.
 */
export class AttributeSemantics implements Semantics {
  readonly isLocal = true;
  readonly #editor: AttributeEditor;
  readonly #linear: LinearSemantics;
  readonly #models: Models;
  readonly #responses = new LruCache<AttributeResponse>(RESPONSES_KEPT);
  readonly #localResponses = new LruCache<LocalResponse>(RESPONSES_KEPT);

  constructor(editor: AttributeEditor, linear: LinearSemantics, models: Models) {
    this.#editor = editor;
    this.#linear = linear;
    this.#models = models;
  }

  async named(id: string, end: End, { w }: Start, options?: CallOptions): Promise<Float32Array> {
    const { projected, toProjected } = await this.#project(w, options);
    const index = indexOfDirection(id, this.#models);
    const direction = await this.#editor.directionTo(projected, index, end, options);
    return upward(addScaled(toProjected, direction), end);
  }

  async between(
    phrases: PhrasePair,
    end: End,
    start: Start,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const { from, to, disentangle } = phrases;
    if (disentangle === 0) return this.#linear.between(phrases, end, start, options);
    const [low, high] = await Promise.all([
      this.#linear.embed(from, start, options),
      this.#linear.embed(to, start, options),
    ]);
    const pair = { key: [from, to, start.gap], ends: { low, high } };
    return upward(await this.#towards(pair, end, disentangle, start, options), end);
  }

  canLock(part: string): boolean {
    return this.#editor.maskOf(part) !== null;
  }

  async lockParts(
    changed: Float32Array,
    original: Float32Array,
    parts: readonly string[],
    options?: CallOptions,
  ): Promise<Float32Array> {
    if (parts.length === 0) return changed;
    const { generator } = this.#models;
    const { space } = generator;
    const before = await generator.projectedW(original, options);
    let wPlus = changed;
    for (const part of parts) {
      const mask = this.#editor.maskOf(part) ?? this.#editor.mask([]);
      const direction = await this.#editor.transfer(mask, before, space.toW(wPlus), options);
      wPlus = space.move(wPlus, direction, 1, [0, space.layers - 1]);
    }
    return wPlus;
  }

  /**
   * To one end of a slider between phrases: what they are about is taken from the portrait drawn with them
   * that shows it best; where they are about the style, the same portrait in that style first.
   */
  async #towards(
    { key, ends }: EmbeddedPair,
    end: End,
    disentangle: number,
    { id, w }: Start,
    options: CallOptions | undefined,
  ): Promise<Float32Array> {
    const editor = this.#editor;
    const { projected, toProjected } = await this.#project(w, options);
    const response = await this.#responses.get(JSON.stringify(key), () =>
      measureResponse(ends, editor, this.#models, options),
    );
    const localAt = (at: Float32Array, where: readonly string[]) =>
      this.#localResponses.get(JSON.stringify([...key, ...where]), () =>
        responseAt(at, response, editor, options),
      );
    const take = (at: Float32Array, local: LocalResponse) => {
      const about = local.about(end, disentangle);
      const example = resultAt(response.latents[end], local.bestExample(end, about));
      return editor.transfer(editor.mask(about.map(({ range }) => range)), example, at, options);
    };
    const local = await localAt(projected, [id]);
    if (!local.isOfStyle) return addScaled(toProjected, await take(projected, local));
    const inStyle = resultAt(response.latents[end], response.inStyle[end]);
    const toOtherStyle = await editor.directionToStyleOf(inStyle, projected, options);
    const there = addScaled(projected, toOtherStyle);
    const taken = await take(there, await localAt(there, [id, end]));
    return addScaled(addScaled(toProjected, toOtherStyle), taken);
  }

  /**
   * What is drawn of a w or w⁺, as one w, and the direction to it: what is changed is what is seen, and a
   * portrait that lies between others has to come to what is seen of it first.
   */
  async #project(w: Float32Array, options: CallOptions | undefined) {
    const { generator } = this.#models;
    const projected = await generator.projectedW(w, options);
    return { projected, toProjected: addScaled(projected, generator.space.toW(w), -1) };
  }
}

/** A direction to one end of a slider as the one that leads from the low end to the high one. */
function upward(direction: Float32Array, end: End): Float32Array {
  return end === 'high' ? direction : scale(direction, -1);
}
