import { StudioError } from '../../contract/errors.ts';
import type { LayerRange } from '../../contract/layers.ts';
import type { Lock } from '../../contract/lock.ts';
import { EMBEDDING_DIM } from '../../contract/pack.ts';
import { moveStyle, toLatent, toStyle } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled } from '../latent/vectors.ts';
import { without } from './directions.ts';
import type { Models } from '../models/models.ts';

/** A portrait's w⁺ and what of it must stay. */
export interface Held {
  readonly style: Float32Array;
  readonly layers: readonly LayerRange[];
  readonly directions: readonly Direction[];
  /** Of each thing that must be shown as it was, the attributes, as `Changes` knows them. */
  readonly shown: readonly Float32Array[];
}

interface Direction {
  readonly vector: Float32Array;
  readonly layers: LayerRange;
}

/**
 * Makes ready to hold parts of a portrait.
 *
 * @param w its w [512] or w⁺
 * @throws StudioError `invalid-argument` for layers or directions that the pack has not
 */
export async function held(
  w: Float32Array,
  locks: readonly Lock[],
  { pack, generator, changes }: Models,
): Promise<Held> {
  const layers = locks.flatMap((lock) => (lock.kind === 'layers' ? [lock.layers] : []));
  const ids = locks.flatMap((lock) => (lock.kind === 'directions' ? lock.ids : []));
  const names = locks.flatMap((lock) => (lock.kind === 'shown' ? [lock.what] : []));
  const shown = names.map((what) => {
    const attributes = changes?.held(what);
    if (!attributes) throw cannotHold(what);
    return attributes;
  });
  const missing = layers.find(([, last]) => last >= generator.layers);
  if (missing) throw cannotHold(`layer ${missing[1]}`);
  const known = pack.manifest.directions;
  const directions = ids.map(async (id): Promise<Direction> => {
    const direction = known.find((candidate) => candidate.id === id);
    if (!direction) throw cannotHold(`direction "${id}"`);
    return { vector: await pack.readNumbers(direction.vector), layers: direction.layers };
  });
  return {
    style: toStyle(w, generator.layers),
    layers,
    directions: await Promise.all(directions),
    shown,
  };
}

/**
 * A portrait [layers × 512] with what is held as it was: what is shown first, since it changes every
 * layer, then layers and directions.
 */
export async function holdAll(
  changed: Float32Array,
  held: Held,
  { changes, generator }: Models,
  options?: CallOptions,
): Promise<Float32Array> {
  if (!changes || held.shown.length === 0) return hold(changed, held);
  const before = await generator.drawnLatent(held.style, options);
  let w = changed;
  for (const attributes of held.shown) {
    const direction = await changes.taking(attributes, before, toLatent(w), options);
    w = moveStyle(w, direction, 1, [0, generator.layers - 1]);
  }
  return hold(w, held);
}

/**
 * A portrait [layers × 512] with layers and directions as they were: the held layers wholly, and of
 * the change of every other layer all that lies along the held directions.
 */
export function hold(
  changed: Float32Array,
  { style, layers, directions }: Omit<Held, 'shown'>,
): Float32Array {
  const result = style.slice();
  for (let layer = 0; layer * EMBEDDING_DIM < style.length; layer++) {
    if (layers.some((range) => isIn(layer, range))) continue;
    const [from, to] = [layer * EMBEDDING_DIM, (layer + 1) * EMBEDDING_DIM];
    const axes = directions.filter((direction) => isIn(layer, direction.layers));
    const wanted = changed.subarray(from, to);
    result.set(axes.length > 0 ? free(style.subarray(from, to), wanted, axes) : wanted, from);
  }
  return result;
}

/** The way from one w to another, without what of it lies along axes. */
function free(w: Float32Array, wanted: Float32Array, axes: readonly Direction[]): Float32Array {
  const change = addScaled(wanted, w, -1);
  return addScaled(
    w,
    without(
      change,
      axes.map(({ vector }) => vector),
      1,
    ),
  );
}

function isIn(layer: number, [first, last]: LayerRange): boolean {
  return layer >= first && layer <= last;
}

function cannotHold(what: string): StudioError {
  return new StudioError(
    'invalid-argument',
    `This pack has no ${what} that could be held. Draw without that lock, or use another pack.`,
  );
}
