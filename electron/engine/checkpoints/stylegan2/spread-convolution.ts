/**
 * A convolution over pixels with zeros between them, as Karras et al. 2020, app. B have it before they filter. As one
 * `ConvTranspose` ONNX Runtime makes it of products that it then adds up in memory; a convolution without zeros for each
 * of the four places that a pixel of twice the side can have is the same arithmetic, in the layout that it is fastest in.
 */
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';

/** Between two pixels, and on one, in the order in which they come where zeros are the first. */
const PLACES = [1, 0] as const;
type Place = (typeof PLACES)[number];

/**
 * x [n, in, side, side] → [n, out, 2 side + size - 1, 2 side + size - 1], whose first row and column are zeros.
 *
 * @param weight [out, in, size, size], of an odd size of at least 3
 */
export function spreadConvolution(
  graph: GraphBuilder,
  x: Value,
  weight: Value,
  { size, side }: { size: number; side: number },
): Value {
  const row = (vertical: Place) =>
    interleavedColumns(
      graph,
      PLACES.map((horizontal) => {
        const kernel = tapsAt(graph, weight, size, [vertical, horizontal]);
        return graph.node('Conv', [x, kernel], { pads: padsOf(size, [vertical, horizontal]) });
      }),
    );
  const rows = graph.node('Concat', PLACES.map(row), { axis: 3 });
  const reached = 2 * side + size - 1;
  return graph.node('Reshape', [rows, graph.integers(0, 0, reached, reached)]);
}

/** Pictures [n, channels, h, w] column by column in turn, [n, channels, h, 1, 2w]. */
function interleavedColumns(graph: GraphBuilder, pictures: readonly Value[]): Value {
  const columns = pictures.map((picture) => graph.node('Unsqueeze', [picture, graph.integers(4)]));
  const pairs = graph.node('Concat', columns, { axis: 4 });
  return graph.node('Reshape', [pairs, graph.integers(0, 0, 0, 1, -1)]);
}

/** Every second tap in both directions, from the last that meets a pixel at this place to the first. */
function tapsAt(
  graph: GraphBuilder,
  weight: Value,
  size: number,
  [vertical, horizontal]: readonly [Place, Place],
): Value {
  const indices = (place: Place) => {
    const taps = tapsOf(size, place);
    return graph.integers(...Array.from({ length: taps }, (_, i) => place + 2 * (taps - 1 - i)));
  };
  const rows = graph.node('Gather', [weight, indices(vertical)], { axis: 2 });
  return graph.node('Gather', [rows, indices(horizontal)], { axis: 3 });
}

/** How many taps of a row of `size` meet the pixels at a place. */
function tapsOf(size: number, place: Place): number {
  return Math.ceil((size - place) / 2);
}

/**
 * Behind, as far as the taps reach; before, so far that all places have equally many pixels. ONNX Runtime's WebGPU
 * provider would take zeros that are only behind a kernel of 1 × 1 for none (1.30).
 */
function padsOf(size: number, places: readonly [Place, Place]): number[] {
  const before = tapsOf(size, 0) - 1;
  return [before, before, ...places.map((place) => tapsOf(size, place) - 1)];
}
