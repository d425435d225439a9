import type { EmitOptions, EmittedGenerator } from '../emitted-generator.ts';
import { mappingGraph } from '../mapping-graph.ts';
import type { NetworkModule } from '../network.ts';
import { FILES, writeGenerator } from '../write-generator.ts';
import { describeStyleGan2, type StyleGan2 } from './description.ts';
import { type SynthesisGraph, synthesisGraph } from './synthesis-graph.ts';

/** Side of the pictures that previews stop at. */
const PREVIEW_RESOLUTION = 256;

/**
 * Writes the graphs of a StyleGAN2 and its mean w into a folder that has none of these files; see `writeGenerator`.
 *
 * @throws StudioError `checkpoint-unsupported` or `checkpoint-invalid`, `cancelled`, and errors of the disk
 */
export async function emitStyleGan2(
  network: NetworkModule,
  folder: string,
  options: EmitOptions = {},
): Promise<EmittedGenerator> {
  const gan = describeStyleGan2(network);
  const { synthesis, preview } = await synthesisGraphs(gan);
  const parts = {
    ...{ mapping: mappingGraph(gan.mapping), meanW: gan.meanW },
    ...{ synthesis: synthesis.graph, preview: preview?.graph },
  };
  return {
    files: await writeGenerator(parts, folder, options),
    generator: manifestOf(gan, synthesis, preview),
    widths: { z: gan.mapping.zWidth, w: gan.mapping.wWidth },
  };
}

async function synthesisGraphs(
  gan: StyleGan2,
): Promise<{ synthesis: SynthesisGraph; preview: SynthesisGraph | undefined }> {
  const { resolution } = gan;
  const hasPreview = gan.architecture === 'skip' && resolution > PREVIEW_RESOLUTION;
  return {
    synthesis: await synthesisGraph(gan, { name: 'synthesis', resolution }),
    preview: hasPreview
      ? await synthesisGraph(gan, { name: 'preview', resolution: PREVIEW_RESOLUTION })
      : undefined,
  };
}

function manifestOf(
  { mapping: { classes }, layers, resolution }: StyleGan2,
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
