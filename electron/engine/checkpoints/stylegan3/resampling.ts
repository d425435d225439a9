/**
 * Resampling along one axis as matrices. StyleGAN3 filters what it upsamples and downsamples (Karras et al. 2021,
 * section 3.2) with finite responses, so a stretch of the outcome depends on a stretch of what goes in: a small
 * dense matrix between the two, which processors multiply far faster than they slide filters.
 */

/** Row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly numbers: Float32Array;
}

/** A range of indices; `end` is not in it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Upsampling, a point-wise function, and downsampling, along one axis. */
export interface AxisGeometry {
  /** Samples that go in. */
  readonly length: number;
  readonly upFactor: number;
  readonly upTaps: number;
  readonly downFactor: number;
  readonly downTaps: number;
  /** Zeros before and after the upsampled signal; negative ones cut it. */
  readonly padding: readonly [number, number];
}

/** A stretch of the outcome and what it is made of. */
export interface Stretch {
  /** Of what comes out. */
  readonly output: Range;
  /** Of the upsampled signal, filtered. */
  readonly middle: Range;
  /** Of what goes in. */
  readonly input: Range;
}

/** Samples of the upsampled signal after its filter. */
export function middleLength({ length, upFactor, upTaps, padding }: AxisGeometry): number {
  return length * upFactor + padding[0] + padding[1] - upTaps + 1;
}

/** Samples that come out; none or fewer when the signal is shorter than the filters. */
export function outputLength(axis: AxisGeometry): number {
  return Math.floor((middleLength(axis) - axis.downTaps) / axis.downFactor) + 1;
}

/** The outcome cut into stretches of one length, at most `longest`, each made of as many samples as the others. */
export function stretchesOf(axis: AxisGeometry, longest: number): Stretch[] {
  const length = outputLength(axis);
  let count = Math.ceil(length / longest);
  while (length % count !== 0) count += 1;
  const outputs = Array.from({ length: count }, (_, i) => ({
    start: (i * length) / count,
    end: ((i + 1) * length) / count,
  }));
  const inputs = outputs.map((output) => inputOf(axis, middleOf(axis, output)));
  const window = Math.max(...inputs.map(({ start, end }) => end - start));
  return outputs.map((output, i) => {
    const start = Math.min(inputs[i]?.start ?? 0, axis.length - window);
    return { output, middle: middleOf(axis, output), input: { start, end: start + window } };
  });
}

function middleOf({ downFactor, downTaps }: AxisGeometry, { start, end }: Range): Range {
  return { start: start * downFactor, end: (end - 1) * downFactor + downTaps };
}

/** At least one sample, where all that is reached is padding. */
function inputOf({ length, upFactor, upTaps, padding }: AxisGeometry, middle: Range): Range {
  const first = Math.ceil((middle.start - padding[0]) / upFactor);
  const last = Math.floor((middle.end - 1 + upTaps - 1 - padding[0]) / upFactor);
  const start = Math.min(Math.max(first, 0), length - 1);
  return { start, end: Math.max(Math.min(last + 1, length), start + 1) };
}

/** From the input of a stretch to its middle: [middle, input]. */
export function upMatrix(
  { upFactor, upTaps, padding }: AxisGeometry,
  { middle, input }: Stretch,
  filter: ArrayLike<number>,
): Matrix {
  return matrixOf(middle, input, (row, column) => {
    const tap = column * upFactor + padding[0] - row;
    return filter[upTaps - 1 - tap] ?? 0;
  });
}

/** From the middle of a stretch to its output: [output, middle]. */
export function downMatrix(
  { downFactor, downTaps }: AxisGeometry,
  { output, middle }: Stretch,
  filter: ArrayLike<number>,
): Matrix {
  return matrixOf(output, middle, (row, column) => {
    const tap = column - row * downFactor;
    return filter[downTaps - 1 - tap] ?? 0;
  });
}

function matrixOf(
  { start: firstRow, end: lastRow }: Range,
  { start: firstColumn, end: lastColumn }: Range,
  entry: (row: number, column: number) => number,
): Matrix {
  const [rows, columns] = [lastRow - firstRow, lastColumn - firstColumn];
  const numbers = Float32Array.from({ length: rows * columns }, (_, i) =>
    entry(firstRow + Math.floor(i / columns), firstColumn + (i % columns)),
  );
  return { rows, columns, numbers };
}

export function transposed({ rows, columns, numbers }: Matrix): Matrix {
  const turned = Float32Array.from(
    numbers,
    (_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)] ?? 0,
  );
  return { rows: columns, columns: rows, numbers: turned };
}

/** Matrices of the same height beside one another. */
export function besideOneAnother(matrices: readonly Matrix[]): Matrix {
  const rows = matrices[0]?.rows ?? 0;
  const columns = matrices.reduce((sum, matrix) => sum + matrix.columns, 0);
  const numbers = new Float32Array(rows * columns);
  let at = 0;
  for (const matrix of matrices) {
    for (let row = 0; row < rows; row++) {
      const source = matrix.numbers.subarray(row * matrix.columns, (row + 1) * matrix.columns);
      numbers.set(source, row * columns + at);
    }
    at += matrix.columns;
  }
  return { rows, columns, numbers };
}
