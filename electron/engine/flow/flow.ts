import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import type { FlowInput } from '../latent/code.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, dot, scale } from '../latent/vectors.ts';
import type { LatentSpace } from '../latent/w-plus.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { ModelFolder } from '../packs/model-folder.ts';

/**
 * How far temperature 1 strays from a prompt under a bijective flow, in lengths of the embedding: the
 * low end of the noise that clip2latent (Pinkney & Li 2022, §3.2) trains with.
 */
const BIJECTIVE_SPREAD = 0.25;

/** A w, or the w⁺ whose mean over the layers it is, and the embedding e it is encoded under. */
export interface Conditioned {
  readonly w: Float32Array;
  readonly e: Float32Array;
}

export interface Encoded {
  /** Where the portrait lies among all portraits of the embedding; ~ N(0, I) for a usual one. */
  z: Float32Array;
  /**
   * How usual the portrait is for the embedding, in nats: log p(w | e), or log p(z | e) of the mapping
   * network's z where the pack's graphs read that off w, which they may (the default pack's do).
   */
  logLikelihood: number;
}

/**
 * The normalising flow between w and noise z, given an embedding e.
 * `decode({ z: encode({ w, e: e₁ }).z, e: e₂ })` changes the words and keeps the person.
 */
export interface Flow {
  /** The noise of a seed, τ·N(0, I): always the same for one seed. */
  noise(seed: number, temperature: number): Float32Array;
  decode(inputs: readonly FlowInput[], options?: CallOptions): Promise<Float32Array[]>;
  encode(portraits: readonly Conditioned[], options?: CallOptions): Promise<Encoded[]>;
}

/** The folder of a pack, or of a flow alone. */
export type FlowFolder = ModelFolder & {
  readonly manifest: Pick<PackManifest, 'flow'> & {
    readonly widths: Pick<PackManifest['widths'], 'clip' | 'w'>;
  };
};

export function createFlow(pack: FlowFolder, inference: Inference, space: LatentSpace): Flow {
  switch (pack.manifest.flow.kind) {
    case 'conditional':
      return conditionalFlow(pack, inference, space);
    case 'bijective':
      return bijectiveFlow(pack, inference, space);
  }
}

/** w = f(z; e), and log p(w | e) = log N(z; 0, I) + log|det ∂z/∂w|. */
function conditionalFlow(pack: FlowFolder, inference: Inference, space: LatentSpace): Flow {
  const { decode, encode, noiseLevels } = pack.manifest.flow;
  const { width } = space;
  // An embedding is taken for what it is, without noise.
  const level = noiseLevels ? { s: Float32Array.of(0) } : {};
  return {
    noise: (seed, temperature) => scale(gaussian(seed, width), temperature),
    async decode(inputs, options) {
      const rows = await runRows(
        inference,
        pack.file(decode),
        inputs.map(({ z, e }) => ({ z, e, ...level })),
        { w: width },
        options,
      );
      return rows.map(({ w }) => w);
    },
    async encode(portraits, options) {
      const widths = { z: width, log_det: 1 };
      const rows = await runRows(
        inference,
        pack.file(encode),
        portraits.map(({ w, e }) => ({ w: space.toW(w), e, ...level })),
        widths,
        options,
      );
      return rows.map(({ z, log_det: [logDet = NaN] }) => ({
        z,
        logLikelihood: logNormal(z) + logDet,
      }));
    },
  };
}

/**
 * w = f(e'), with e' = e + σz: noise on the embedding stands in for the portraits that one embedding
 * cannot tell apart. σ = s/√d, so that the noise is about s long for z ~ N(0, I) and a unit e. By the
 * change of variables log p(w | e) = log N(z; 0, I) − d·ln σ + log|det ∂e'/∂w|.
 */
function bijectiveFlow(pack: FlowFolder, inference: Inference, space: LatentSpace): Flow {
  const { decode, encode } = pack.manifest.flow;
  const { clip: embeddingWidth } = pack.manifest.widths;
  const sigma = BIJECTIVE_SPREAD / Math.sqrt(embeddingWidth);
  return {
    noise: (seed, temperature) => scale(gaussian(seed, embeddingWidth), temperature),
    async decode(inputs, options) {
      const noisy = inputs.map(({ z, e }) => ({ e: addScaled(e, z, sigma) }));
      const widths = { w: space.width };
      const rows = await runRows(inference, pack.file(decode), noisy, widths, options);
      return rows.map(({ w }) => w);
    },
    async encode(portraits, options) {
      const widths = { e: embeddingWidth, log_det: 1 };
      const latents = portraits.map(({ w }) => ({ w: space.toW(w) }));
      const rows = await runRows(inference, pack.file(encode), latents, widths, options);
      return portraits.map(({ e }, i) => {
        const { e: noisy = e, log_det: [logDet = NaN] = [] } = rows[i] ?? {};
        const z = scale(addScaled(noisy, e, -1), 1 / sigma);
        return { z, logLikelihood: logNormal(z) - embeddingWidth * Math.log(sigma) + logDet };
      });
    },
  };
}

/** Log density of N(0, I) at z. */
function logNormal(z: Float32Array): number {
  return -0.5 * (dot(z, z) + z.length * Math.log(2 * Math.PI));
}
