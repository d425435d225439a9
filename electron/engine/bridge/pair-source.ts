/** Pairs of a w and the embedding of its picture: what a flow between two models is learnt from. */
export interface PairSource {
  readonly count: number;
  /** Numbers of a w, and of an embedding. */
  readonly widthW: number;
  readonly widthE: number;
  /**
   * Pairs by their indexes, in the order asked for.
   *
   * @returns w [indexes × widthW] and e [indexes × widthE], a row for each index
   */
  read(indexes: readonly number[]): { w: Float32Array; e: Float32Array };
}
