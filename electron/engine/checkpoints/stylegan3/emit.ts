import { throwIfCancelled } from '../../../contract/errors.ts';
import type { EmitOptions, EmittedGenerator } from '../emitted-generator.ts';
import { mappingGraph } from '../mapping-graph.ts';
import type { NetworkModule } from '../network.ts';
import { FILES, writeGenerator } from '../write-generator.ts';
import { readStyleGan3, type StyleGan3 } from './structure.ts';
import { synthesisGraph } from './synthesis-graph.ts';

/**
 * Writes the graphs of a StyleGAN3, configuration T or R, and its mean w into a folder that has none of these files;
 * see `writeGenerator`.
 *
 * @throws StudioError `checkpoint-unsupported` naming what the studio does not know, before anything is written;
 *   `checkpoint-invalid`, `cancelled`, and errors of the disk
 */
export async function emitStyleGan3(
  network: NetworkModule,
  folder: string,
  options: EmitOptions = {},
): Promise<EmittedGenerator> {
  const gan = readStyleGan3(network);
  const { mapping, meanW } = gan;
  const synthesis = await synthesisGraph(gan.synthesis, () => throwIfCancelled(options.signal));
  const parts = { mapping: mappingGraph(mapping), synthesis, meanW };
  return {
    files: await writeGenerator(parts, folder, options),
    generator: manifestOf(gan),
    widths: { z: mapping.zWidth, w: mapping.wWidth },
  };
}

function manifestOf({ mapping: { classes }, synthesis }: StyleGan3): EmittedGenerator['generator'] {
  return {
    ...{ mapping: FILES.mapping, synthesis: FILES.synthesis, meanW: FILES.meanW },
    ...(classes > 0 && { classes: { count: classes, default: 0 } }),
    resolution: synthesis.img_resolution,
    layers: synthesis.num_ws,
    layerGroups: [],
    pixelRange: [-1, 1],
    noise: 'none',
  };
}
