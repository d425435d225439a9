import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { trackProgress } from '../../contract/progress.ts';
import type { Graph } from '../onnx/graph-builder.ts';
import { bytesOf } from '../onnx/tensor.ts';
import { dataFile, writeGraphs } from '../onnx/write-graph.ts';
import type { EmitOptions } from './emitted-generator.ts';
import type { NamedTensor } from './named-tensor.ts';

/** Names of what is written of a generator. */
export const FILES = {
  mapping: 'mapping.onnx',
  synthesis: 'synthesis.onnx',
  preview: 'preview.onnx',
  meanW: 'mean-w.f32',
} as const;

interface GeneratorParts {
  readonly mapping: Graph;
  readonly synthesis: Graph;
  /** Shares the weights of `synthesis`. */
  readonly preview?: Graph | undefined;
  /** None for a network without one, for which its file has to be written afterwards. */
  readonly meanW: NamedTensor | undefined;
}

/**
 * Writes the graphs of a generator and its mean w, where it has one, into a folder that has none of these files. Weights are read one by
 * one. What was written before an error stays.
 *
 * @returns the files that were written, relative to the folder
 * @throws StudioError `checkpoint-invalid` for numbers that are not finite, `cancelled`, and errors of the disk
 */
export async function writeGenerator(
  { mapping, synthesis, preview, meanW }: GeneratorParts,
  folder: string,
  { signal, onProgress }: EmitOptions,
): Promise<string[]> {
  const at = (file: string) => path.join(folder, file);
  const maps = [{ graph: mapping, file: at(FILES.mapping) }];
  const pictures = [{ graph: synthesis, file: at(FILES.synthesis) }];
  if (preview) pictures.push({ graph: preview, file: at(FILES.preview) });
  const bytes = totalBytes([...maps, ...pictures].map(({ graph }) => graph));
  const progress = trackProgress('import', bytes, onProgress);
  const options = { signal, onWritten: (written: number) => progress.advance(written) };
  const files = [
    ...(await writeGraphs(maps, dataFile(at(FILES.mapping)), options)),
    ...(await writeGraphs(pictures, dataFile(at(FILES.synthesis)), options)),
    ...(meanW ? [await writeVector(meanW, at(FILES.meanW))] : []),
  ];
  progress.finish();
  return files.map((file) => path.relative(folder, file));
}

/** Of all constants, those that graphs share counted once. */
function totalBytes(graphs: readonly Graph[]): number {
  const constants = new Set(graphs.flatMap((graph) => [...graph.constants.values()]));
  return [...constants].reduce((sum, constant) => sum + bytesOf(constant), 0);
}

/** @returns `file` */
async function writeVector(tensor: NamedTensor, file: string): Promise<string> {
  await writeFile(file, await tensor.read(), { flag: 'wx', mode: 0o600 });
  return file;
}
