import { StudioError } from '../../contract/errors.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { addScaled, normalise, orthogonalise, scale } from '../latent/vectors.ts';
import { embedWords } from '../models/conditions.ts';
import type { Models } from '../models/models.ts';
import type { End } from './attribute-editor.ts';
import type { PhrasePair, Semantics, Start } from './semantics.ts';

/**
 * Semantics of any pack: named directions are vectors that serve all portraits, and phrases lead through
 * the flow, less what its named directions also do.
 */
export class LinearSemantics implements Semantics {
  readonly isLocal = false;
  readonly #models: Models;

  constructor(models: Models) {
    this.#models = models;
  }

  async named(id: string): Promise<Float32Array> {
    const { pack } = this.#models;
    const { vector } = resultAt(pack.manifest.directions, indexOfDirection(id, this.#models));
    return pack.readNumbers(vector, pack.widths.w);
  }

  async between(
    { from, to, disentangle }: PhrasePair,
    _end: End,
    start: Start,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const [low, high] = await Promise.all([
      this.embed(from, start, options),
      this.embed(to, start, options),
    ]);
    const direction = await this.#alongWords({ low, high }, start, options);
    if (disentangle === 0) return direction;
    const { directions } = this.#models.pack.manifest;
    const others = await Promise.all(directions.map(({ id }) => this.named(id)));
    return orthogonalise(direction, others, disentangle);
  }

  /** A phrase's embedding [CLIP width] on the pictures' side of the gap, as the portrait was drawn with it. */
  async embed(phrase: string, { gap }: Start, options?: CallOptions): Promise<Float32Array> {
    return (await embedWords(this.#models, phrase, { gap }, options)).condition();
  }

  canLock(): boolean {
    return false;
  }

  async lockParts(changed: Float32Array): Promise<Float32Array> {
    return changed;
  }

  /**
   * From a portrait to where the same noise lies once its embedding has moved by the difference of two
   * phrases (Patashnik et al., "StyleCLIP", 2021, §6: Δt): decode(z, e') − decode(z, e) with
   * e' = (e + high − low) / |e + high − low|, as long as truncation leaves it. A whole step, because a flow
   * may end in a network that hears no small ones.
   */
  async #alongWords(
    { low, high }: Record<End, Float32Array>,
    { z, e, truncation }: Start,
    options: CallOptions | undefined,
  ): Promise<Float32Array> {
    const turned = normalise(addScaled(addScaled(e, high), low, -1));
    const inputs = [
      { z, e: turned },
      { z, e },
    ];
    const latents = await this.#models.flow.decode(inputs, options);
    return scale(addScaled(resultAt(latents, 0), resultAt(latents, 1), -1), truncation);
  }
}

/**
 * Where a named direction stands in the pack's manifest.
 *
 * @throws StudioError `invalid-argument`
 */
export function indexOfDirection(id: string, { pack }: Models): number {
  const { directions } = pack.manifest;
  const index = directions.findIndex((direction) => direction.id === id);
  if (index >= 0) return index;
  const known = directions.map((direction) => direction.id).join(', ') || 'none';
  throw new StudioError(
    'invalid-argument',
    `The pack "${pack.manifest.id}" has no direction "${id}". It has ${known}.`,
  );
}
