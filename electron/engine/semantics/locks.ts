import { StudioError } from '../../contract/errors.ts';
import type { LayerRange } from '../../contract/layers.ts';
import type { Lock } from '../../contract/lock.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, orthogonalise, stack, unstack } from '../latent/vectors.ts';
import type { Models } from '../models/models.ts';
import type { Semantics } from './semantics.ts';

/** A portrait's w⁺ and what of it must stay. */
export interface Locked {
  readonly wPlus: Float32Array;
  readonly layers: readonly LayerRange[];
  readonly directions: readonly LockedDirection[];
  /** Names of lockable parts. */
  readonly parts: readonly string[];
}

interface LockedDirection {
  readonly vector: Float32Array;
  readonly layers: LayerRange;
}

/** Locks parts of portraits of one pack. */
export class Locks {
  readonly #models: Models;
  readonly #semantics: Semantics;

  constructor(models: Models, semantics: Semantics) {
    this.#models = models;
    this.#semantics = semantics;
  }

  /**
   * Makes ready to lock parts of a portrait; undefined without locks.
   *
   * @param w its w or w⁺
   * @throws StudioError `invalid-argument` for layers, directions or parts that the pack has not
   */
  async prepare(w: Float32Array, locks: readonly Lock[]): Promise<Locked | undefined> {
    if (locks.length === 0) return undefined;
    const { space } = this.#models.generator;
    const layers = locks.flatMap((lock) => (lock.kind === 'layers' ? [lock.layers] : []));
    const ids = locks.flatMap((lock) => (lock.kind === 'directions' ? lock.ids : []));
    const parts = locks.flatMap((lock) => (lock.kind === 'shown' ? [lock.what] : []));
    const missing = layers.find(([, last]) => last >= space.layers);
    if (missing) throw cannotLock(`layer ${missing[1]}`);
    const unknown = parts.find((part) => !this.#semantics.canLock(part));
    if (unknown !== undefined) throw cannotLock(unknown);
    const directions = await Promise.all(ids.map((id) => this.#direction(id)));
    return { wPlus: space.toWPlus(w), layers, directions, parts };
  }

  /**
   * A w⁺ with what is locked as it was: parts first, since they change every layer, then layers and
   * directions.
   */
  async apply(changed: Float32Array, locked: Locked, options?: CallOptions): Promise<Float32Array> {
    const { wPlus, parts } = locked;
    const withParts = await this.#semantics.lockParts(changed, wPlus, parts, options);
    return lockLayers(withParts, locked, this.#models.generator.space.width);
  }

  async #direction(id: string): Promise<LockedDirection> {
    const { pack } = this.#models;
    const direction = pack.manifest.directions.find((candidate) => candidate.id === id);
    if (!direction) throw cannotLock(`direction "${id}"`);
    const vector = await pack.readNumbers(direction.vector, pack.widths.w);
    return { vector, layers: direction.layers };
  }
}

/**
 * A w⁺ with layers and directions as they were: the locked layers wholly, and of the change of every other
 * layer all that lies along the locked directions.
 *
 * @param width of a w
 */
export function lockLayers(
  changed: Float32Array,
  { wPlus, layers, directions }: Omit<Locked, 'parts'>,
  width: number,
): Float32Array {
  const originals = unstack(wPlus, width);
  const locked = unstack(changed, width).map((wanted, layer) => {
    const original = originals[layer] ?? wanted;
    if (layers.some((range) => isIn(layer, range))) return original;
    const axes = directions.filter((direction) => isIn(layer, direction.layers));
    if (axes.length === 0) return wanted;
    const vectors = axes.map(({ vector }) => vector);
    return addScaled(original, orthogonalise(addScaled(wanted, original, -1), vectors));
  });
  return stack(locked);
}

function isIn(layer: number, [first, last]: LayerRange): boolean {
  return layer >= first && layer <= last;
}

function cannotLock(what: string): StudioError {
  return new StudioError(
    'invalid-argument',
    `This pack has no ${what} that could be locked. Draw without that lock, or use another pack.`,
  );
}
