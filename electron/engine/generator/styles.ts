/**
 * Arithmetic on w⁺: one w for each layer of the synthesis network, layer after layer in one array
 * (Abdal, Qin & Wonka, "Image2StyleGAN", 2019, §3.2). Layers count from 0, coarse to fine.
 */

/** First and last layer, both included. */
export type LayerRange = readonly [first: number, last: number];

/** The same w for every layer. */
export function broadcast(w: Float32Array, layers: number): Float32Array {
  const style = new Float32Array(w.length * layers);
  for (let layer = 0; layer < layers; layer++) style.set(w, layer * w.length);
  return style;
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
