import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { trackProgress } from '../../../contract/progress.ts';
import type { Graph } from '../../onnx/graph-builder.ts';
import { bytesOf } from '../../onnx/tensor.ts';
import { dataFile, writeGraphs } from '../../onnx/write-graph.ts';
import type { EmitOptions, EmittedGenerator } from '../emitted-generator.ts';
import type { NetworkModule } from '../network.ts';
import { describeStyleGan2, type StyleGan2 } from './description.ts';
import { mappingGraph } from './mapping-graph.ts';
import type { NamedTensor } from './module-reader.ts';
import { type SynthesisGraph, synthesisGraph } from './synthesis-graph.ts';
import { readFinite, Weights } from './weights.ts';

/** Side of the pictures that previews stop at. */
const PREVIEW_RESOLUTION = 256;

const FILES = {
  mapping: 'mapping.onnx',
  synthesis: 'synthesis.onnx',
  preview: 'preview.onnx',
  meanW: 'mean-w.f32',
} as const;

/**
 * Writes the graphs of a StyleGAN2 and its mean w into a folder that has none of these files. Weights are read
 * one by one. What was written before an error stays.
 *
 * @throws StudioError `checkpoint-unsupported` or `checkpoint-invalid`, `cancelled`, and errors of the disk
 */
export async function emitStyleGan2(
  network: NetworkModule,
  folder: string,
  { signal, onProgress }: EmitOptions = {},
): Promise<EmittedGenerator> {
  const gan = describeStyleGan2(network);
  const at = (file: string) => path.join(folder, file);
  const mapping = { graph: mappingGraph(gan), file: at(FILES.mapping) };
  const { synthesis, preview } = await synthesisGraphs(gan);
  const pictures = [{ graph: synthesis.graph, file: at(FILES.synthesis) }];
  if (preview) pictures.push({ graph: preview.graph, file: at(FILES.preview) });

  const bytes = totalBytes([mapping, ...pictures].map(({ graph }) => graph));
  const progress = trackProgress('import', bytes, onProgress);
  const options = { signal, onWritten: (written: number) => progress.advance(written) };
  const files = [
    ...(await writeGraphs([mapping], dataFile(mapping.file), options)),
    ...(await writeGraphs(pictures, dataFile(at(FILES.synthesis)), options)),
    await writeVector(gan.meanW, at(FILES.meanW)),
  ];
  progress.finish();
  return {
    generator: manifestOf(gan, synthesis, preview),
    widths: { z: gan.zWidth, w: gan.wWidth },
    files: files.map((file) => path.relative(folder, file)),
  };
}

async function synthesisGraphs(
  gan: StyleGan2,
): Promise<{ synthesis: SynthesisGraph; preview: SynthesisGraph | undefined }> {
  const weights = new Weights();
  const { resolution } = gan;
  const hasPreview = gan.architecture === 'skip' && resolution > PREVIEW_RESOLUTION;
  return {
    synthesis: await synthesisGraph(gan, weights, { name: 'synthesis', resolution }),
    preview: hasPreview
      ? await synthesisGraph(gan, weights, { name: 'preview', resolution: PREVIEW_RESOLUTION })
      : undefined,
  };
}

function manifestOf(
  { classes, layers, resolution }: StyleGan2,
  synthesis: SynthesisGraph,
  preview: SynthesisGraph | undefined,
): EmittedGenerator['generator'] {
  return {
    mapping: FILES.mapping,
    ...(classes > 0 && { classes: { count: classes, default: 0 } }),
    synthesis: FILES.synthesis,
    ...(preview && {
      preview: { graph: FILES.preview, resolution: PREVIEW_RESOLUTION, ...noiseOf(preview) },
    }),
    resolution,
    layers,
    layerGroups: [],
    meanW: FILES.meanW,
    pixelRange: [-1, 1],
    noise: synthesis.noiseNumbers > 0 ? 'const' : 'none',
    ...noiseOf(synthesis),
  };
}

function noiseOf({ noiseNumbers }: SynthesisGraph): { noiseNumbers?: number } {
  return noiseNumbers > 0 ? { noiseNumbers } : {};
}

/** Of all constants, those that graphs share counted once. */
function totalBytes(graphs: readonly Graph[]): number {
  const constants = new Set(graphs.flatMap((graph) => [...graph.constants.values()]));
  return [...constants].reduce((sum, constant) => sum + bytesOf(constant), 0);
}

/** @returns `file` */
async function writeVector(tensor: NamedTensor, file: string): Promise<string> {
  const { buffer, byteOffset, byteLength } = await readFinite(tensor);
  await writeFile(file, new Uint8Array(buffer, byteOffset, byteLength), {
    flag: 'wx',
    mode: 0o600,
  });
  return file;
}
