import type { Edit } from '../../electron/contract/edit.ts';
import { type LayerRange, layerRanges } from '../../electron/contract/layers.ts';

/** The layers of a portrait in three bands, coarse to fine. */
export const BANDS = ['coarse', 'middle', 'fine'] as const;
export type Band = (typeof BANDS)[number];

/** Which bands come from the other portrait. */
export type Taken = Readonly<Record<Band, boolean>>;

/**
 * The edits that take bands from another portrait, neighbours together.
 *
 * @param amount 1 takes them wholly, less mixes them in
 */
export function mixEdits(taken: Taken, other: string, amount: number, layers: number): Edit[] {
  const ranges = layerRanges(layers);
  const joined: LayerRange[] = [];
  for (const [first, last] of BANDS.filter((band) => taken[band]).map((band) => ranges[band])) {
    const before = joined.at(-1);
    if (before && before[1] + 1 === first) before[1] = last;
    else joined.push([first, last]);
  }
  return joined.map((range) =>
    amount === 1
      ? { kind: 'mix', with: other, layers: range }
      : { kind: 'blend', with: [{ id: other, weight: amount }], layers: range },
  );
}
