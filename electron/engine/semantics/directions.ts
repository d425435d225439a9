import type { DirectionRef } from '../../contract/edit.ts';
import type { CallOptions } from '../inference/inference.ts';
import { shared } from '../jobs/abort.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import type { Models } from '../models/models.ts';
import type { End } from './attribute-editor.ts';
import type { PrincipalDirections } from './principal-directions.ts';
import type { PhrasePair, Semantics, Start } from './semantics.ts';

/** Directions at portraits that an artist goes back and forth between. */
const KEPT = 256;

/** The directions of w [width] that sliders of one pack move a portrait along; 1 is one full step. */
export class Directions {
  readonly #found = new LruCache<Float32Array>(KEPT);
  readonly #models: Models;
  readonly #semantics: Semantics;
  readonly #principal: PrincipalDirections;

  constructor(models: Models, semantics: Semantics, principal: PrincipalDirections) {
    this.#models = models;
    this.#semantics = semantics;
    this.#principal = principal;
  }

  /**
   * From the low end of a slider to its high end.
   *
   * @param end the one that is moved towards
   * @throws StudioError `invalid-argument` for a direction that the pack has not, `prompt-empty` or
   *   `prompt-too-long` for a phrase
   */
  find(
    ref: DirectionRef,
    end: End,
    start: Start,
    { signal, priority }: CallOptions = {},
  ): Promise<Float32Array> {
    const isLocal = ref.kind === 'text' || (ref.kind === 'named' && this.#semantics.isLocal);
    const key = JSON.stringify([ref, ...(isLocal ? [start.id, end] : [])]);
    // Others may wait for the same one: a thumb that moves on must not take it from them.
    const found = this.#found.get(key, () => this.#compute(ref, end, start, { priority }));
    return shared(found, signal);
  }

  #compute(ref: DirectionRef, end: End, start: Start, options: CallOptions): Promise<Float32Array> {
    switch (ref.kind) {
      case 'named':
        return this.#semantics.named(ref.id, end, start, options);
      case 'text':
        return this.#semantics.between(this.#pair(ref), end, start, options);
      case 'principal':
        return this.#principal.vector(ref.index, this.#models);
    }
  }

  /** A phrase alone is told from the pack's neutral one. */
  #pair({ from, to, disentangle }: Extract<DirectionRef, { kind: 'text' }>): PhrasePair {
    return { from: from ?? this.#models.pack.manifest.prompts.neutral, to, disentangle };
  }
}
