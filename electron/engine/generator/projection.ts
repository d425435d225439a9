import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows, stack, unstack } from '../inference/rows.ts';
import type { Pack } from '../packs/pack.ts';

/**
 * Brings a w⁺ that lies between portraits to the w⁺ of one, layer by layer: half-way between two
 * portraits a synthesis network would draw some of both. What a pack without such a graph draws is as it
 * is.
 */
export class Firming {
  readonly #graph: string | null;
  readonly #width: number;
  readonly #inference: Inference;

  constructor(pack: Pack, inference: Inference) {
    const { firming, latentDim } = pack.manifest.generator;
    this.#graph = firming ? pack.file(firming) : null;
    this.#width = latentDim;
    this.#inference = inference;
  }

  /** Each w [512] or w⁺ [layers × 512], made firm. */
  async firm(
    latents: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<readonly Float32Array[]> {
    if (this.#graph === null || latents.length === 0) return latents;
    const styles = latents.map((latent) =>
      unstack(latent, this.#width).map((w) => ({ w, key: keyOf(w) })),
    );
    // Most portraits have one w on all layers, or two: no row is computed twice.
    const rows = new Map(styles.flat().map(({ w, key }) => [key, { w }]));
    const widths = { firm: this.#width };
    const made = await runRows(this.#inference, this.#graph, [...rows.values()], widths, options);
    const firm = new Map([...rows.keys()].map((key, i) => [key, made[i]?.firm]));
    return styles.map((layers) => stack(layers.map(({ w, key }) => firm.get(key) ?? w)));
  }
}

/** The same for the same numbers. */
function keyOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
