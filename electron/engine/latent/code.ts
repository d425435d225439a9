/** A portrait as numbers, from what is to be decoded to what is drawn. */

/** Noise z [zWidth] and the embedding e [CLIP width, unit] that the flow decodes it under. */
export interface FlowInput {
  readonly z: Float32Array;
  readonly e: Float32Array;
}

/**
 * What w has beyond what the flow makes of noise and words, w [width] or w⁺ [layers × width]: what edits
 * have added, and what inverting the flow did not find. It stays when words or noise change.
 */
export type Residual = Float32Array | null;

/**
 * A portrait's latent code: w = truncate(decode(z, e), ψ) + residual. Where the flow took no part z and e
 * are null, w is as it stands, and ψ is 1.
 */
export interface LatentCode {
  readonly z: Float32Array | null;
  readonly e: Float32Array | null;
  /** w [width], or w⁺ [layers × width] once it has been edited. */
  readonly w: Float32Array;
  /** ψ. */
  readonly truncation: number;
}

/** A latent code that the flow knows: it can be decoded again under other words or noise. */
export interface FlowCode extends LatentCode, FlowInput {
  readonly z: Float32Array;
  readonly e: Float32Array;
  readonly residual: Residual;
}

/** A picture of the bank, and how much of its own noise a portrait begins with: from 0 to 1. */
export interface Beginning {
  readonly picture: number;
  readonly share: number;
}

/** A latent code whose w is still to be decoded. */
export interface UndecodedCode extends FlowInput {
  /** What is added to z before it is decoded. */
  readonly beginning?: Beginning | undefined;
  readonly truncation: number;
  readonly residual: Residual;
}
