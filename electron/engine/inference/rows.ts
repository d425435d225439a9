/** Graphs that take rows of numbers and give as many rows: flow, mapping, prior. */
import { StudioError } from '../../contract/errors.ts';
import type { CallOptions, Inference } from './inference.ts';
import type { Tensor } from './protocol.ts';
import { stack } from '../latent/vectors.ts';

export function float32Tensor(data: Float32Array, dims: number[]): Tensor {
  return { type: 'float32', dims, data };
}

/**
 * The numbers of a graph's output, through which all but pictures come into the engine (those are looked at
 * where they are made, in server.ts).
 *
 * @throws StudioError `pack-wrong-shape` unless they are `length` float32 numbers, `pack-not-finite` where
 *   one is NaN or infinite
 */
export function outputData(
  graph: string,
  name: string,
  output: Tensor | undefined,
  length: number,
): Float32Array {
  if (output?.type !== 'float32' || output.data.length !== length) {
    throw new StudioError(
      'pack-wrong-shape',
      `The graph ${graph} gave [${output?.dims.join(', ') ?? ''}] as "${name}", not ${length} float32 numbers.`,
    );
  }
  requireFinite(graph, name, output.data);
  return output.data;
}

/** @throws StudioError `pack-not-finite` */
export function requireFinite(graph: string, name: string, numbers: Float32Array): void {
  // By index: `for … of` and `every` take ten times as long, a tenth of what drawing a picture takes.
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? NaN;
    if (value - value === 0) continue;
    throw new StudioError(
      'pack-not-finite',
      `The graph ${graph} gave a "${name}" that is no number (${value}). Nothing was drawn of it or kept; ` +
        'try other words, or another pack.',
    );
  }
}

/**
 * Runs a graph on rows.
 *
 * @param rows the inputs of each row by name
 * @param widths how many numbers a row of each output has
 * @returns the outputs of each row by name
 * @throws StudioError `pack-wrong-shape` when an output is missing or has another size, `pack-not-finite`
 */
export async function runRows<Output extends string>(
  inference: Inference,
  graph: string,
  rows: readonly Record<string, Float32Array>[],
  widths: Record<Output, number>,
  options?: CallOptions,
): Promise<Record<Output, Float32Array>[]> {
  const inputs = Object.keys(rows[0] ?? {}).map((name) => {
    const column = rows.map((row) => row[name] ?? new Float32Array());
    return [name, float32Tensor(stack(column), [rows.length, column[0]?.length ?? 0])] as const;
  });
  const outputs = await inference.run(graph, Object.fromEntries(inputs), options);
  return rows.map((_, i) =>
    mapValues(widths, (width, name) =>
      outputData(graph, name, outputs[name], rows.length * width).subarray(
        i * width,
        (i + 1) * width,
      ),
    ),
  );
}

function mapValues<K extends string, From, To>(
  record: Record<K, From>,
  convert: (value: From, key: K) => To,
): Record<K, To> {
  const result: Partial<Record<K, To>> = {};
  for (const key in record) result[key] = convert(record[key], key);
  return result as Record<K, To>;
}
