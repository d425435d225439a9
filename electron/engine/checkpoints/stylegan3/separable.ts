import type { StoredTensor } from '../network.ts';

/** One filter along the rows' axis (down a column) and one along the columns' axis, one after the other. */
export interface FilterPair {
  readonly vertical: Float64Array;
  readonly horizontal: Float64Array;
}

/** Of the largest number of a filter: what is left when it counts as taken apart. */
const TOLERANCE = 1e-6;

/**
 * A filter as a sum of separable ones. Of one dimension it serves both axes. One of two dimensions, such as the
 * radial filters of StyleGAN3-r, is taken apart by elimination with complete pivoting; those of 12 × 12 taps
 * need two to five pairs.
 *
 * @param filter undefined for none, which lets everything through
 */
export async function separableFilters(filter: StoredTensor | undefined): Promise<FilterPair[]> {
  if (!filter) return [{ vertical: Float64Array.of(1), horizontal: Float64Array.of(1) }];
  const numbers = Float64Array.from(await filter.read());
  const [, columns] = filter.shape;
  return columns === undefined
    ? [{ vertical: numbers, horizontal: numbers }]
    : takenApart(numbers, columns);
}

function takenApart(filter: Float64Array, columns: number): FilterPair[] {
  const rest = filter.slice();
  const rows = filter.length / columns;
  const pairs: FilterPair[] = [];
  const negligible = TOLERANCE * largestOf(filter).size;
  for (;;) {
    const { at, size } = largestOf(rest);
    if (pairs.length > 0 && size <= negligible) return pairs;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const pivot = rest[at] || 1;
    const vertical = Float64Array.from({ length: rows }, (_, i) => rest[i * columns + column] ?? 0);
    const horizontal = rest.slice(row * columns, (row + 1) * columns).map((each) => each / pivot);
    rest.forEach((each, i) => {
      const product = (vertical[Math.floor(i / columns)] ?? 0) * (horizontal[i % columns] ?? 0);
      rest[i] = each - product;
    });
    pairs.push({ vertical, horizontal });
  }
}

function largestOf(numbers: Float64Array): { at: number; size: number } {
  let best = { at: 0, size: 0 };
  numbers.forEach((each, at) => {
    if (Math.abs(each) > best.size) best = { at, size: Math.abs(each) };
  });
  return best;
}
