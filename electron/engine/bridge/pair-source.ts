/** Pairs to learn from: latents, and the embeddings of the pictures drawn of them. */

export interface PairSource {
  readonly count: number;
  /** Width of w. */
  readonly widthW: number;
  /** Width of an embedding. */
  readonly widthE: number;
  /** Rows in the order asked for: `w` [n, widthW] and unit vectors `e` [n, widthE], row-major. */
  read(indexes: readonly number[]): Promise<PairRows>;
}

export interface PairRows {
  readonly w: Float32Array;
  readonly e: Float32Array;
}
