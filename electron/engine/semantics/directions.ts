import type { DirectionRef } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Gap } from '../../contract/settings.ts';
import type { Changes, End } from './attribute-editor.ts';
import { toLatent } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, dot, norm, normalise, scale } from '../latent/vectors.ts';
import { shared } from '../jobs/abort.ts';
import type { Models } from '../models/models.ts';
import type { Place } from '../session/codes.ts';
import { type Heard, hearPhrase, type Phrase, phraseAt } from './attribute-response.ts';
import type { PrincipalDirections } from './principal-directions.ts';
import { Recent } from '../jobs/recent.ts';
import { resultAt } from '../inference/results.ts';

/** Directions at portraits that an artist goes back and forth between. */
const KEPT = 256;
/** Phrases that are remembered, and phrases at portraits: a megabyte each. */
const PHRASES_KEPT = 16;

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
  readonly #heard = new Recent<Heard>(PHRASES_KEPT);
  readonly #phrases = new Recent<Phrase>(PHRASES_KEPT);
  readonly #principal: PrincipalDirections;

  constructor(principal: PrincipalDirections) {
    this.#principal = principal;
  }

  /**
   * @param end the one that is moved towards; a named direction may lead elsewhere from each side
   * @throws StudioError `invalid-argument` for a direction that the pack has not, `prompt-empty` or
   *   `prompt-too-long` for a phrase
   */
  find(
    ref: DirectionRef,
    end: End,
    start: Start,
    models: Models,
    { signal, priority }: CallOptions = {},
  ): Promise<Float32Array> {
    const { id, version } = models.pack.manifest;
    const isLocal = ref.kind === 'text' || (ref.kind === 'named' && models.changes !== null);
    const at = isLocal ? [start.id, end] : [];
    // Others may wait for the same one: a thumb that moves on must not take it from them.
    const call = { priority };
    const found = this.#found.get(JSON.stringify([id, version, ref, ...at]), () => {
      switch (ref.kind) {
        case 'named':
          return models.changes
            ? upward(this.#towards(ref.id, end, start, models.changes, models, call), end)
            : named(ref.id, models);
        case 'text':
          return this.#between(ref, end, start, models, call);
        case 'principal':
          return this.#principal.vector(ref.index, models);
      }
    });
    return shared(found, signal);
  }

  /** To an end of a named direction. */
  async #towards(
    id: string,
    end: End,
    start: Start,
    changes: Changes,
    models: Models,
    call: CallOptions,
  ): Promise<Float32Array> {
    const { drawn, way } = await toDrawn(start.w, models, call);
    return addScaled(way, await changes.towards(drawn, indexOf(id, models), end, call));
  }

  /** Between phrases: what they are about alone, where the pack can tell that. */
  async #between(
    ref: RefOf<'text'>,
    end: End,
    start: Start,
    models: Models,
    call: CallOptions,
  ): Promise<Float32Array> {
    const { to, from = NEUTRAL, disentangle } = ref;
    const embed = async (phrase: string) =>
      (await models.clip.embedPrompt(phrase, start.gap, call)).condition;
    const [low, high] = await Promise.all([embed(from), embed(to)]);
    const { changes } = models;
    if (changes && disentangle > 0) {
      const { id, version } = models.pack.manifest;
      const key = [id, version, from, to, start.gap];
      const saying = { key, ends: { low, high }, end, disentangle };
      return upward(this.#taking(saying, start, changes, models, call), end);
    }
    const direction = await alongWords({ low, high }, start, models, call);
    if (disentangle === 0) return direction;
    const others = models.pack.manifest.directions.map(({ id }) => named(id, models));
    return without(direction, await Promise.all(others), disentangle);
  }

  /**
   * What a phrase is about, taken from the portrait drawn with it that shows it best; where it is about
   * the style, the same portrait in that style first.
   */
  async #taking(
    { key, ends, end, disentangle }: Saying,
    { id, w }: Start,
    changes: Changes,
    models: Models,
    call: CallOptions,
  ): Promise<Float32Array> {
    const { drawn, way } = await toDrawn(w, models, call);
    const heard = await this.#heard.get(JSON.stringify(key), () =>
      hearPhrase(ends, changes, models, call),
    );
    const phrase = await this.#phrases.get(JSON.stringify([...key, id]), () =>
      phraseAt(drawn, heard, changes, call),
    );
    const take = (at: Float32Array, said: Phrase) => {
      const about = said.about(end, disentangle);
      const example = resultAt(heard.latents[end], said.bestExample(end, about));
      return changes.taking(changes.only(about.map(({ range }) => range)), example, at, call);
    };
    if (!phrase.isOfStyle) return addScaled(way, await take(drawn, phrase));
    const inStyle = resultAt(heard.latents[end], heard.inStyle[end]);
    const toStyle = await changes.toStyleOf(inStyle, drawn, call);
    const there = addScaled(drawn, toStyle);
    const said = await this.#phrases.get(JSON.stringify([...key, id, end]), () =>
      phraseAt(there, heard, changes, call),
    );
    return addScaled(addScaled(way, toStyle), await take(there, said));
  }
}

/**
 * What is drawn of a w [512] or w⁺, as one w, and the way there: what is changed is what is seen, and a portrait
 * that lies between others has to come to what is seen of it first.
 */
async function toDrawn(
  w: Float32Array,
  { generator }: Models,
  call: CallOptions,
): Promise<{ drawn: Float32Array; way: Float32Array }> {
  const drawn = await generator.drawnLatent(w, call);
  return { drawn, way: addScaled(drawn, toLatent(w), -1) };
}

/** What a slider between two phrases says, by the embeddings of its ends. */
interface Saying {
  /** Tells it from all others. */
  readonly key: readonly string[];
  readonly ends: Readonly<Record<End, Float32Array>>;
  /** The one that is moved towards. */
  readonly end: End;
  readonly disentangle: number;
}

/** A direction to one end of a slider as the one that leads from the low end to the high one. */
async function upward(direction: Promise<Float32Array>, end: End): Promise<Float32Array> {
  return end === 'high' ? direction : scale(await direction, -1);
}

/** Where a named direction stands in the pack's manifest. */
function indexOf(id: string, { pack }: Models): number {
  const index = pack.manifest.directions.findIndex((direction) => direction.id === id);
  if (index >= 0) return index;
  throw new StudioError(
    'invalid-argument',
    `The pack "${pack.manifest.id}" has no direction "${id}". Choose another slider.`,
  );
}

/** The one vector of a named direction that serves all portraits. */
async function named(id: string, models: Models): Promise<Float32Array> {
  const { vector } = resultAt(models.pack.manifest.directions, indexOf(id, models));
  return models.pack.readNumbers(vector);
}

/**
 * From a portrait to where the same noise lies once its embedding has moved by the difference of two
 * phrases (Patashnik et al., "StyleCLIP", 2021, §6: Δt): decode(z, e') − decode(z, e) with
 * e' = (e + to − from) / |e + to − from|, as long as truncation leaves it. A whole step, because a flow
 * may end in a network that hears no small ones.
 */
async function alongWords(
  { low, high }: Record<End, Float32Array>,
  { z, e, truncation }: Start,
  { flow }: Models,
  options: CallOptions | undefined,
): Promise<Float32Array> {
  const turned = normalise(addScaled(addScaled(e, high), low, -1));
  const draws = [
    { z, e: turned },
    { z, e },
  ];
  const latents = await flow.decode(draws, options);
  return scale(addScaled(resultAt(latents, 0), resultAt(latents, 1), -1), truncation);
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
