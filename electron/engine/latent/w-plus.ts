/**
 * Arithmetic on w⁺: one w for each layer of the synthesis network, layer after layer in one array
 * (Abdal, Qin & Wonka, "Image2StyleGAN", 2019, §3.2). Layers count from 0, coarse to fine.
 */
import type { LayerRange } from '../../contract/layers.ts';
import { EMBEDDING_DIM } from '../../contract/pack.ts';
import { unstack } from '../inference/rows.ts';
import { mean } from './vectors.ts';

/** The same w for every layer. */
export function broadcast(w: Float32Array, layers: number): Float32Array {
  const style = new Float32Array(w.length * layers);
  for (let layer = 0; layer < layers; layer++) style.set(w, layer * w.length);
  return style;
}

/** A w [512] or a w⁺ as a w⁺. */
export function toStyle(w: Float32Array, layers: number): Float32Array {
  return w.length === EMBEDDING_DIM ? broadcast(w, layers) : w;
}

/**
 * The one w that a w⁺ [layers × 512] comes nearest to, its mean over the layers: what the flow, which
 * knows one w per portrait, is shown of it. A w [512] is itself.
 */
export function toLatent(style: Float32Array): Float32Array {
  if (style.length === EMBEDDING_DIM) return style;
  return mean(unstack(style, EMBEDDING_DIM));
}

/** Two of w or w⁺ in the same form: as they are, or both as w⁺ when one of them is. */
export function alike(
  a: Float32Array,
  b: Float32Array,
  layers: number,
): [a: Float32Array, b: Float32Array] {
  return a.length === b.length ? [a, b] : [toStyle(a, layers), toStyle(b, layers)];
}

/** `base` with the layers of `range` taken from `other` (style mixing: Karras et al. 2019, §3.1). */
export function mixStyles(
  base: Float32Array,
  other: Float32Array,
  [first, last]: LayerRange,
  layers: number,
): Float32Array {
  const width = base.length / layers;
  const mixed = base.slice();
  mixed.set(other.subarray(first * width, (last + 1) * width), first * width);
  return mixed;
}

/**
 * `base` moved towards other styles in the layers of `range`: each has its weight, and `base` the rest
 * up to 1.
 */
export function blendStyles(
  base: Float32Array,
  others: readonly { readonly style: Float32Array; readonly weight: number }[],
  [first, last]: LayerRange,
  layers: number,
): Float32Array {
  const width = base.length / layers;
  const blended = base.slice();
  for (let i = first * width; i < (last + 1) * width; i++) {
    const own = base[i] ?? 0;
    blended[i] = others.reduce(
      (sum, { style, weight }) => sum + weight * ((style[i] ?? 0) - own),
      own,
    );
  }
  return blended;
}

/** `style` moved by `amount` times a direction of w, in the layers of `range` (Härkönen et al. 2020, GANSpace, §2.4). */
export function moveStyle(
  style: Float32Array,
  direction: Float32Array,
  amount: number,
  [first, last]: LayerRange,
): Float32Array {
  const width = direction.length;
  return style.map((value, i) => {
    const layer = Math.floor(i / width);
    return layer < first || layer > last ? value : value + amount * (direction[i % width] ?? 0);
  });
}
