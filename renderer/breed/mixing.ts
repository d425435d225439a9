import type { Edit } from '../../electron/contract/edit.ts';
import type { LayerGroup, LayerRange } from '../../electron/contract/layers.ts';

/** Which groups of layers come from the other portrait, by their ids. */
export type Taken = Readonly<Record<string, boolean>>;

/**
 * The edits that take groups of layers from another portrait, neighbours together.
 *
 * @param amount 1 takes them wholly, less mixes them in
 */
export function mixEdits(
  taken: Taken,
  other: string,
  amount: number,
  groups: readonly LayerGroup[],
): Edit[] {
  const joined: LayerRange[] = [];
  for (const { layers } of groups.filter(({ id }) => taken[id])) {
    const [first, last] = layers;
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

/** What is taken of the other portrait unless told: the finest layers. */
export function isTaken(id: string, taken: Taken, groups: readonly LayerGroup[]): boolean {
  return taken[id] ?? groups.at(-1)?.id === id;
}
