import type { LayerRange } from '../../contract/layers.ts';
import { mean, stack, unstack } from './vectors.ts';

/** Some of a blend: a w⁺ [layers × width] and what it weighs. */
export interface WeightedWPlus {
  readonly wPlus: Float32Array;
  readonly weight: number;
}

/**
 * The latent space of one generator: w [width], and w⁺ [layers × width], one w for each layer of the
 * synthesis network, layer after layer in one array (Abdal, Qin & Wonka, "Image2StyleGAN", 2019, §3.2).
 * Layers count from 0, coarse to fine. Whether a vector is a w or a w⁺ says its length.
 */
export class LatentSpace {
  /** How many numbers a w has. */
  readonly width: number;
  /** How many w a w⁺ has. */
  readonly layers: number;

  constructor({ width, layers }: { width: number; layers: number }) {
    this.width = width;
    this.layers = layers;
  }

  /** Whether there are as many numbers as a w or a w⁺ of this space has. */
  has({ length }: Float32Array): boolean {
    return length === this.width || length === this.layers * this.width;
  }

  /** The same w for every layer; a w⁺ as it is. */
  toWPlus(w: Float32Array): Float32Array {
    if (w.length !== this.width) return w;
    return stack(Array.from({ length: this.layers }, () => w));
  }

  /**
   * The one w [width] that a w⁺ comes nearest to, its mean over the layers: what the flow, which knows one
   * w per portrait, is shown of it. A w is itself.
   */
  toW(wPlus: Float32Array): Float32Array {
    return wPlus.length === this.width ? wPlus : mean(unstack(wPlus, this.width));
  }

  /** Two of w or w⁺ in the same form: as they are, or both as w⁺ when one of them is. */
  alike(a: Float32Array, b: Float32Array): [a: Float32Array, b: Float32Array] {
    return a.length === b.length ? [a, b] : [this.toWPlus(a), this.toWPlus(b)];
  }

  /** A w⁺ with the layers of `range` taken from another (style mixing: Karras et al. 2019, §3.1). */
  mix(base: Float32Array, other: Float32Array, [first, last]: LayerRange): Float32Array {
    const mixed = base.slice();
    const [from, to] = [first * this.width, (last + 1) * this.width];
    mixed.set(other.subarray(from, to), from);
    return mixed;
  }

  /** A w⁺ moved towards others in the layers of `range`: each has its weight, `base` the rest up to 1. */
  blend(
    base: Float32Array,
    others: readonly WeightedWPlus[],
    [first, last]: LayerRange,
  ): Float32Array {
    const blended = base.slice();
    for (let i = first * this.width; i < (last + 1) * this.width; i++) {
      const own = base[i] ?? 0;
      blended[i] = others.reduce(
        (sum, { wPlus, weight }) => sum + weight * ((wPlus[i] ?? 0) - own),
        own,
      );
    }
    return blended;
  }

  /**
   * A w⁺ moved by `amount` times a direction [width] in the layers of `range` (Härkönen et al.,
   * "GANSpace", 2020, §2.4).
   */
  move(
    wPlus: Float32Array,
    direction: Float32Array,
    amount: number,
    [first, last]: LayerRange,
  ): Float32Array {
    return wPlus.map((value, i) => {
      const layer = Math.floor(i / this.width);
      const isOutside = layer < first || layer > last;
      return isOutside ? value : value + amount * (direction[i % this.width] ?? 0);
    });
  }
}
