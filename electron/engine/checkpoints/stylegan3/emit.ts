import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../../contract/progress.ts';
import type { Graph } from '../../onnx/graph-builder.ts';
import { writeGraph } from '../../onnx/write-graph.ts';
import type { EmittedGenerator } from '../emitted-generator.ts';
import type { NetworkModule, StoredTensor } from '../network.ts';
import { mappingGraph } from './mapping-graph.ts';
import { readStyleGan3, type StyleGan3 } from './structure.ts';
import { synthesisGraph } from './synthesis-graph.ts';

const FILES = { mapping: 'mapping.onnx', synthesis: 'synthesis.onnx', meanW: 'mean-w.f32' };

export interface EmitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Writes the graphs of a StyleGAN3 generator, configuration T or R, into `folder`, where none of its files may be.
 *
 * @throws StudioError `checkpoint-unsupported` naming what the studio does not know, before anything is written;
 *   `cancelled`; what reading the checkpoint throws, and errors of the file system
 */
export async function emitStyleGan3(
  network: NetworkModule,
  folder: string,
  { signal, onProgress }: EmitOptions = {},
): Promise<EmittedGenerator> {
  const generator = readStyleGan3(network);
  const { mapping, synthesis } = generator;
  const written: string[] = [];
  // A unit a layer when its graph stands, and one for each file.
  const tracker = trackProgress('import', synthesis.layers.length + 3, onProgress);
  const write = async (graph: Graph, name: string) => {
    written.push(...(await writeGraph(graph, path.join(folder, name), signal)));
    tracker.advance();
  };
  await write(mappingGraph(mapping), FILES.mapping);
  const onLayer = () => {
    throwIfCancelled(signal);
    tracker.advance();
  };
  await write(await synthesisGraph(synthesis, onLayer), FILES.synthesis);
  written.push(await writeVector(mapping.meanW, path.join(folder, FILES.meanW)));
  tracker.advance();
  tracker.finish();
  return {
    generator: manifestOf(generator),
    widths: { z: mapping.z_dim, w: mapping.w_dim },
    files: written.map((file) => path.relative(folder, file)),
  };
}

async function writeVector(tensor: StoredTensor, file: string): Promise<string> {
  await writeFile(file, await tensor.read(), { flag: 'wx', mode: 0o600 });
  return file;
}

function manifestOf({ mapping, synthesis }: StyleGan3): EmittedGenerator['generator'] {
  return {
    ...FILES,
    ...(mapping.c_dim > 0 && { classes: { count: mapping.c_dim, default: 0 } }),
    resolution: synthesis.img_resolution,
    layers: synthesis.num_ws,
    layerGroups: [],
    pixelRange: [-1, 1],
    noise: 'none',
  };
}
