/** The inputs and outputs that the graphs of a pack must have, and the check that they do. */
import { availableParallelism } from 'node:os';
import { StudioError } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { GraphSignature, Port } from '../inference/protocol.ts';

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

/** A number is that size; `free` is chosen anew for every run (batch, tokens). */
type Dim = number | 'free';
type Ports = Record<string, { type: 'float32' | 'int64'; dims: Dim[]; optional?: true }>;

export interface ExpectedGraph {
  graph: string;
  inputs: Ports;
  outputs: Ports;
  threads?: number;
}

const float = (...dims: Dim[]) => ({ type: 'float32' as const, dims: ['free' as const, ...dims] });
const ids = { type: 'int64' as const, dims: ['free' as const, 'free' as const] };

/** What each graph of the pack must look like, in the order they are checked. */
export function expectedGraphs(manifest: PackManifest): ExpectedGraph[] {
  const { clip, flow, generator, directions, changes } = manifest;
  const embedding = float(clip.embeddingDim);
  const latent = float(flow.latentDim);
  const { size } = clip.image;
  const condition = flow.kind === 'conditional' ? { e: embedding } : {};
  const source = flow.kind === 'conditional' ? { z: latent } : { e: embedding };
  const picture = (resolution: number) => ({
    inputs: { w: float(generator.layers, generator.latentDim) },
    outputs: { image: float(3, resolution, resolution) },
  });
  return [
    {
      graph: clip.text.graph,
      inputs: { input_ids: ids, attention_mask: { ...ids, optional: true } },
      outputs: { text_embeds: embedding },
    },
    {
      graph: clip.image.graph,
      inputs: { pixel_values: float(3, size, size) },
      outputs: { image_embeds: embedding },
      threads: SIDE_THREADS,
    },
    ...(clip.gap.prior
      ? [
          {
            graph: clip.gap.prior,
            inputs: { text_embeds: embedding },
            outputs: { image_embeds: embedding },
            threads: FLOW_THREADS,
          },
        ]
      : []),
    {
      graph: flow.decode,
      inputs: { ...source, ...condition },
      outputs: { w: latent },
      threads: FLOW_THREADS,
    },
    {
      graph: flow.encode,
      inputs: { w: latent, ...condition },
      outputs: { ...source, log_det: float() },
      threads: FLOW_THREADS,
    },
    {
      graph: generator.mapping,
      inputs: { z: float(generator.latentDim) },
      outputs: { w: float(generator.latentDim) },
      threads: FLOW_THREADS,
    },
    ...(generator.firming
      ? [
          {
            graph: generator.firming,
            inputs: { w: float(generator.latentDim) },
            outputs: { firm: float(generator.latentDim) },
            threads: FLOW_THREADS,
          },
        ]
      : []),
    { graph: generator.synthesis, ...picture(generator.resolution) },
    ...(generator.preview
      ? [
          {
            graph: generator.preview.graph,
            ...picture(generator.preview.resolution),
            threads: SIDE_THREADS,
          },
        ]
      : []),
    ...(changes
      ? [
          {
            graph: changes.graph,
            inputs: {
              ...{ w: latent, other: latent },
              change: float(2 * directions.length),
              take: float(changes.attributes),
            },
            outputs: { direction: latent, shown: float(changes.attributes) },
            threads: FLOW_THREADS,
          },
        ]
      : []),
  ];
}

/** @throws StudioError `pack-wrong-shape`, naming the first input or output that does not fit */
export function checkSignature(expected: ExpectedGraph, actual: GraphSignature): void {
  const { graph } = expected;
  for (const { name } of actual.inputs) {
    if (!Object.hasOwn(expected.inputs, name)) {
      throw wrongShape(graph, `it wants an input "${name}" that this format does not know`);
    }
  }
  checkPorts(graph, 'input', expected.inputs, actual.inputs);
  checkPorts(graph, 'output', expected.outputs, actual.outputs);
}

function checkPorts(
  graph: string,
  role: 'input' | 'output',
  expected: Ports,
  actual: Port[],
): void {
  for (const [name, { type, dims, optional }] of Object.entries(expected)) {
    const port = actual.find((candidate) => candidate.name === name);
    if (!port && optional) continue;
    if (!port) throw wrongShape(graph, `it has no ${role} "${name}"`);
    if (port.type !== type || !dimsFit(dims, port.dims, role)) {
      const [wanted, found] = [dims, port.dims].map((list) => `[${list.join(', ')}]`);
      throw wrongShape(
        graph,
        `its ${role} "${name}" is ${port.type} ${found}, not ${type} ${wanted}`,
      );
    }
  }
}

/** Exporters often leave an output's sizes open; those are then checked on the numbers it gives. */
function dimsFit(expected: Dim[], actual: Port['dims'], role: 'input' | 'output'): boolean {
  if (expected.length !== actual.length) return false;
  return expected.every((dim, i) => {
    const isOpen = typeof actual[i] === 'string';
    if (dim === 'free') return isOpen;
    return actual[i] === dim || (isOpen && role === 'output');
  });
}

function wrongShape(graph: string, what: string): StudioError {
  return new StudioError('pack-wrong-shape', `The pack's graph "${graph}" does not fit: ${what}.`, {
    details: { graph },
  });
}
