import type { DirectionRef } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Gap } from '../../contract/settings.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, dot, norm, normalise, scale } from '../latent/vectors.ts';
import type { Models } from './models.ts';
import type { Place } from './places.ts';
import type { PrincipalDirections } from './principal.ts';
import { Recent } from './recent.ts';
import { resultAt } from './results.ts';

/** Directions at portraits that an artist goes back and forth between. */
const KEPT = 256;

/** Shorter than this, what is left of a direction is rounding. */
const NOTHING_LEFT = 1e-4;

/** What a phrase alone is told from, so that a slider adds to a portrait and does not replace it. */
const NEUTRAL = 'a portrait';

/** A portrait that directions start at. */
export interface Start extends Place {
  readonly id: string;
  readonly gap: Gap;
}

type RefOf<K extends DirectionRef['kind']> = Extract<DirectionRef, { kind: K }>;

/** The vectors of w, [512], that sliders move a portrait along; 1 is one full step. */
export class Directions {
  readonly #found = new Recent<Float32Array>(KEPT);
  readonly #principal: PrincipalDirections;

  constructor(principal: PrincipalDirections) {
    this.#principal = principal;
  }

  /**
   * @throws StudioError `invalid-argument` for a direction that the pack has not, `prompt-empty` or
   *   `prompt-too-long` for a phrase
   */
  find(
    ref: DirectionRef,
    start: Start,
    models: Models,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const { id, version } = models.pack.manifest;
    const at = ref.kind === 'text' ? start.id : '';
    return this.#found.get(JSON.stringify([id, version, ref, at]), () => {
      switch (ref.kind) {
        case 'named':
          return named(ref.id, models);
        case 'text':
          return towards(ref, start, models, options);
        case 'principal':
          return this.#principal.vector(ref.index, models);
      }
    });
  }
}

async function named(id: string, models: Models): Promise<Float32Array> {
  const direction = models.pack.manifest.directions.find((direction) => direction.id === id);
  if (!direction) {
    throw new StudioError(
      'invalid-argument',
      `The pack "${models.pack.manifest.id}" has no direction "${id}". Choose another slider.`,
    );
  }
  return models.pack.readVector(direction.vector);
}

/**
 * From a portrait to where the same noise lies once its embedding has moved by the difference of two
 * phrases (Patashnik et al., "StyleCLIP", 2021, §6: Δt): decode(z, e') − decode(z, e) with
 * e' = (e + to − from) / |e + to − from|, as long as truncation leaves it. A whole step, because a flow
 * may end in a network that hears no small ones.
 */
async function towards(
  { to, from = NEUTRAL, disentangle }: RefOf<'text'>,
  { z, e, truncation, gap }: Start,
  models: Models,
  options: CallOptions | undefined,
): Promise<Float32Array> {
  const embed = async (phrase: string) =>
    (await models.clip.embedPrompt(phrase, gap, options)).condition;
  const [aim, base] = await Promise.all([embed(to), embed(from)]);
  const turned = normalise(addScaled(addScaled(e, aim), base, -1));
  const latents = await models.flow.decode(
    [
      { z, e: turned },
      { z, e },
    ],
    options,
  );
  const moved = addScaled(resultAt(latents, 0), resultAt(latents, 1), -1);
  const direction = scale(moved, truncation);
  if (disentangle === 0) return direction;
  const others = models.pack.manifest.directions.map(({ id }) => named(id, models));
  return without(direction, await Promise.all(others), disentangle);
}

/** A vector less a part of what it has along others: `strength` 1 leaves it at right angles to them all. */
export function without(
  vector: Float32Array,
  others: readonly Float32Array[],
  strength: number,
): Float32Array {
  const axes: Float32Array[] = [];
  for (const other of others) {
    const rest = axes.reduce((left, axis) => addScaled(left, axis, -dot(left, axis)), other);
    if (norm(rest) > NOTHING_LEFT * norm(other)) axes.push(normalise(rest));
  }
  return axes.reduce((left, axis) => addScaled(left, axis, -strength * dot(vector, axis)), vector);
}
