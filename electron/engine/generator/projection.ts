import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import { stack, unstack } from '../latent/vectors.ts';
import type { GeneratorFolder } from './generator-folder.ts';

/**
 * Projects w⁺ to the manifold of the latents that portraits have, layer by layer: half-way between two
 * portraits a synthesis network would draw some of both. A pack without such a graph draws every latent as
 * it is.
 */
export class ManifoldProjection {
  readonly #graph: string | null;
  readonly #width: number;
  readonly #inference: Inference;

  constructor(pack: GeneratorFolder, inference: Inference) {
    const { projection } = pack.manifest.generator;
    this.#graph = projection === undefined ? null : pack.file(projection);
    this.#width = pack.manifest.widths.w;
    this.#inference = inference;
  }

  /** Each w [width] or w⁺ [layers × width], projected. */
  async project(
    latents: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<readonly Float32Array[]> {
    if (this.#graph === null || latents.length === 0) return latents;
    const layered = latents.map((latent) =>
      unstack(latent, this.#width).map((w) => ({ w, key: keyOf(w) })),
    );
    // Most portraits have one w on all layers, or two: no row is computed twice.
    const rows = new Map(layered.flat().map(({ w, key }) => [key, { w }]));
    const widths = { firm: this.#width };
    const outputs = await runRows(
      this.#inference,
      this.#graph,
      [...rows.values()],
      widths,
      options,
    );
    const projected = new Map([...rows.keys()].map((key, i) => [key, outputs[i]?.firm]));
    return layered.map((layers) => stack(layers.map(({ w, key }) => projected.get(key) ?? w)));
  }
}

/** The same for the same numbers. */
function keyOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
