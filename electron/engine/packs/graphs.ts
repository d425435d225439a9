/**
 * The graphs of a pack, in one table: where the manifest names each, what goes in and comes out, and how many
 * threads it computes with. All that is done with every graph goes by it.
 */
import { availableParallelism } from 'node:os';
import type { ComponentOf } from '../../contract/component.ts';
import type { PackManifest, PackWidths } from '../../contract/pack.ts';

/**
 * What graphs of small layers compute with, mostly for one portrait to four: threads would wait for one another
 * at each layer, which takes longer than they save.
 */
export const FLOW_THREADS = 1;

/**
 * What pictures are encoded and previews drawn with. The other cores draw portraits meanwhile, or belong to the
 * window that shows the previews.
 */
export const SIDE_THREADS = Math.max(1, Math.floor(availableParallelism() / 4));

/** A number is that size; `free` is chosen anew for every run (batch, tokens); `or` leaves it to the graph. */
export type Dim = number | 'free' | { readonly or: number };
export type Ports = Record<
  string,
  { readonly type: 'float32' | 'int64'; readonly dims: readonly Dim[]; readonly optional?: true }
>;

/** What goes into a graph and comes out of it. */
interface Signature {
  readonly inputs: Ports;
  readonly outputs: Ports;
}

/** @typeParam M what of a manifest the graph depends on */
interface GraphEntry<M> {
  /** Its file; undefined for a graph that is not brought. */
  readonly file: (manifest: M) => string | undefined;
  readonly signature: (manifest: M) => Signature;
  /** All but a few cores if left out. */
  readonly threads?: number;
}

const float = (...dims: Dim[]) => ({ type: 'float32' as const, dims: ['free' as const, ...dims] });

/** Ids of one text; an encoder whose texts are filled up may take no others. */
function ids({ padding, contextLength }: PackManifest['clip']['text']): Ports[string] {
  const tokens = padding.kind === 'context' ? { or: contextLength } : 'free';
  return { type: 'int64', dims: ['free', tokens] };
}

/** How much noise the embedding is taken to have, where the flow asks. */
function noiseLevel({ noiseLevels }: PackManifest['flow']): Ports {
  return noiseLevels ? { s: float(1) } : {};
}

type Table<M> = Record<string, GraphEntry<M>>;

/** What a pack, or a component, says of its CLIP. */
export interface ClipPart {
  readonly id: string;
  readonly widths: Pick<PackWidths, 'clip'>;
  readonly clip: PackManifest['clip'];
}

/** What a pack, or a component, says of its StyleGAN. */
export interface GeneratorPart {
  readonly widths: Pick<PackWidths, 'z' | 'w'>;
  readonly generator: PackManifest['generator'];
}

const CLIP_GRAPHS = {
  textEncoder: {
    file: ({ clip }) => clip.text.graph,
    signature: ({ widths, clip: { text } }) => ({
      inputs: { input_ids: ids(text), attention_mask: { ...ids(text), optional: true } },
      outputs: { text_embeds: float(widths.clip) },
    }),
  },
  imageEncoder: {
    file: ({ clip }) => clip.image.graph,
    signature: ({ widths, clip: { image } }) => ({
      inputs: { pixel_values: float({ or: 3 }, { or: image.size }, { or: image.size }) },
      outputs: { image_embeds: float(widths.clip) },
    }),
    threads: SIDE_THREADS,
  },
  prior: {
    file: ({ clip }) => clip.gap.prior,
    signature: ({ widths }) => ({
      inputs: { text_embeds: float(widths.clip) },
      outputs: { image_embeds: float(widths.clip) },
    }),
    threads: FLOW_THREADS,
  },
} as const satisfies Table<ClipPart>;

const FLOW_GRAPHS = {
  decode: {
    file: ({ flow }) => flow.decode,
    signature: ({ flow, widths }) => ({
      inputs:
        flow.kind === 'conditional'
          ? { z: float(widths.w), e: float(widths.clip), ...noiseLevel(flow) }
          : { e: float(widths.clip) },
      outputs: { w: float(widths.w) },
    }),
    threads: FLOW_THREADS,
  },
  encode: {
    file: ({ flow }) => flow.encode,
    signature: ({ flow, widths }) =>
      flow.kind === 'conditional'
        ? {
            inputs: { w: float(widths.w), e: float(widths.clip), ...noiseLevel(flow) },
            outputs: { z: float(widths.w), log_det: float() },
          }
        : {
            inputs: { w: float(widths.w) },
            outputs: { e: float(widths.clip), log_det: float() },
          },
    threads: FLOW_THREADS,
  },
} as const satisfies Table<PackManifest>;

const GENERATOR_GRAPHS = {
  mapping: {
    file: ({ generator }) => generator.mapping,
    signature: ({ widths, generator: { classes } }) => ({
      inputs: { z: float(widths.z), ...(classes && { class: float(classes.count) }) },
      outputs: { w: float(widths.w) },
    }),
    threads: FLOW_THREADS,
  },
  projection: {
    file: ({ generator }) => generator.projection,
    signature: ({ widths }) => ({
      inputs: { w: float(widths.w) },
      outputs: { firm: float(widths.w) },
    }),
    threads: FLOW_THREADS,
  },
  synthesis: {
    file: ({ generator }) => generator.synthesis,
    signature: (part) => drawing(part, part.generator),
  },
  preview: {
    file: ({ generator }) => generator.preview?.graph,
    signature: (part) => drawing(part, part.generator.preview ?? { resolution: 'free' }),
    threads: SIDE_THREADS,
  },
} as const satisfies Table<GeneratorPart>;

/** What a component says of its upscaler. */
export type UpscalerPart = Pick<ComponentOf<'upscaler'>, 'upscaler'>;

const UPSCALER_GRAPHS = {
  upscale: {
    file: ({ upscaler }) => upscaler.graph,
    signature: ({ upscaler: { tile, factor } }) => ({
      inputs: picture('picture', tile.width, tile.height),
      outputs: picture('enlarged', tile.width * factor, tile.height * factor),
    }),
  },
} as const satisfies Table<UpscalerPart>;

function picture(name: string, width: number, height: number): Ports {
  return { [name]: { type: 'float32', dims: [1, 3, height, width] } };
}

/** In the order in which they are checked. */
const GRAPHS = {
  ...CLIP_GRAPHS,
  ...FLOW_GRAPHS,
  ...GENERATOR_GRAPHS,
  attributes: {
    file: ({ attributes }) => attributes?.graph,
    signature: ({ widths, directions, attributes }) => {
      const shown = float(attributes?.count ?? 'free');
      return {
        inputs: {
          ...{ w: float(widths.w), other: float(widths.w) },
          ...{ change: float(2 * directions.length), take: shown },
        },
        outputs: { direction: float(widths.w), shown },
      };
    },
    threads: FLOW_THREADS,
  },
} as const satisfies Table<PackManifest>;

export type GraphRole = keyof typeof GRAPHS;

function drawing(
  { widths, generator }: GeneratorPart,
  { resolution, noiseNumbers }: { resolution: Dim; noiseNumbers?: number | undefined },
): Signature {
  return {
    inputs: {
      w: float(generator.layers, widths.w),
      ...(noiseNumbers !== undefined && { noise: float(noiseNumbers) }),
    },
    outputs: { image: float(3, resolution, resolution) },
  };
}

/** A graph of a pack or a component. */
export interface ModelGraph extends Signature {
  readonly role: GraphRole | keyof typeof UPSCALER_GRAPHS;
  /** Its file, as the manifest names it. */
  readonly graph: string;
  readonly threads?: number | undefined;
}

/** The graphs that a pack brings, in the order in which they are checked. */
export function graphsOf(manifest: PackManifest): ModelGraph[] {
  return listGraphs(GRAPHS, manifest);
}

/** The graphs of a CLIP alone. */
export function clipGraphs(part: ClipPart): ModelGraph[] {
  return listGraphs(CLIP_GRAPHS, part);
}

/** The graphs of a StyleGAN alone. */
export function generatorGraphs(part: GeneratorPart): ModelGraph[] {
  return listGraphs(GENERATOR_GRAPHS, part);
}

/** The graph of an upscaler. */
export function upscalerGraphs(part: UpscalerPart): ModelGraph[] {
  return listGraphs(UPSCALER_GRAPHS, part);
}

function listGraphs<M>(
  table: { readonly [Role in ModelGraph['role']]?: GraphEntry<M> },
  manifest: M,
): ModelGraph[] {
  return (Object.entries(table) as [ModelGraph['role'], GraphEntry<M>][]).flatMap(
    ([role, { file, signature, threads }]) => {
      const graph = file(manifest);
      return graph === undefined ? [] : [{ role, graph, ...signature(manifest), threads }];
    },
  );
}
