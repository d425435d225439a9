import { toLatent } from '../latent/w-plus.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import { addScaled, dot, scale } from '../latent/vectors.ts';
import type { Pack } from '../packs/pack.ts';

/**
 * How far temperature 1 strays from a prompt under a bijective flow, in lengths of the embedding: the
 * low end of the noise that clip2latent (Pinkney & Li 2022, §3.2) trains with.
 */
const BIJECTIVE_SPREAD = 0.25;

/** Noise z and the embedding e it is decoded under. */
export interface Draw {
  z: Float32Array;
  e: Float32Array;
}

/** A latent w, or the w⁺ whose mean over the layers it is, and the embedding e it is looked at under. */
export interface Portrait {
  w: Float32Array;
  e: Float32Array;
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
 * The normalising flow between latents w and noise z, given an embedding e; all are 512 wide.
 * `decode({ z: encode({ w, e: e₁ }).z, e: e₂ })` changes the words and keeps the person.
 */
export interface Flow {
  decode(draws: readonly Draw[], options?: CallOptions): Promise<Float32Array[]>;
  encode(portraits: readonly Portrait[], options?: CallOptions): Promise<Encoded[]>;
}

export function createFlow(pack: Pack, inference: Inference): Flow {
  switch (pack.manifest.flow.kind) {
    case 'conditional':
      return conditionalFlow(pack, inference);
    case 'bijective':
      return bijectiveFlow(pack, inference);
  }
}

/** w = f(z; e), and log p(w | e) = log N(z; 0, I) + log|det ∂z/∂w|. */
function conditionalFlow(pack: Pack, inference: Inference): Flow {
  const { decode, encode, latentDim } = pack.manifest.flow;
  return {
    async decode(draws, options) {
      const rows = await runRows(
        inference,
        pack.file(decode),
        draws.map(({ z, e }) => ({ z, e })),
        { w: latentDim },
        options,
      );
      return rows.map(({ w }) => w);
    },
    async encode(portraits, options) {
      const widths = { z: latentDim, log_det: 1 };
      const rows = await runRows(
        inference,
        pack.file(encode),
        portraits.map(({ w, e }) => ({ w: toLatent(w), e })),
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
function bijectiveFlow(pack: Pack, inference: Inference): Flow {
  const { decode, encode, embeddingDim, latentDim } = pack.manifest.flow;
  const sigma = BIJECTIVE_SPREAD / Math.sqrt(embeddingDim);
  return {
    async decode(draws, options) {
      const noisy = draws.map(({ z, e }) => ({ e: addScaled(e, z, sigma) }));
      const rows = await runRows(inference, pack.file(decode), noisy, { w: latentDim }, options);
      return rows.map(({ w }) => w);
    },
    async encode(portraits, options) {
      const widths = { e: embeddingDim, log_det: 1 };
      const latents = portraits.map(({ w }) => ({ w: toLatent(w) }));
      const rows = await runRows(inference, pack.file(encode), latents, widths, options);
      return portraits.map(({ e }, i) => {
        const { e: noisy = e, log_det: [logDet = NaN] = [] } = rows[i] ?? {};
        const z = scale(addScaled(noisy, e, -1), 1 / sigma);
        return { z, logLikelihood: logNormal(z) - embeddingDim * Math.log(sigma) + logDet };
      });
    },
  };
}

/** Log density of N(0, I) at z. */
function logNormal(z: Float32Array): number {
  return -0.5 * (dot(z, z) + z.length * Math.log(2 * Math.PI));
}
