/** The check that a graph has the inputs and outputs that the pack format asks of it. */
import { StudioError } from '../../contract/errors.ts';
import type { GraphSignature, Port } from '../inference/protocol.ts';
import type { Dim, ModelGraph, Ports } from './graphs.ts';

/** @throws StudioError `pack-wrong-shape`, naming the first input or output that does not fit */
export function checkSignature(expected: ModelGraph, actual: GraphSignature): void {
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
      const [wanted, found] = [dims, port.dims].map((list) => `[${list.map(inWords).join(', ')}]`);
      throw wrongShape(
        graph,
        `its ${role} "${name}" is ${port.type} ${found}, not ${type} ${wanted}`,
      );
    }
  }
}

/** Exporters often leave an output's sizes open; those are then checked on the numbers it gives. */
function dimsFit(
  expected: readonly Dim[],
  actual: Port['dims'],
  role: 'input' | 'output',
): boolean {
  if (expected.length !== actual.length) return false;
  return expected.every((dim, i) => {
    const isOpen = typeof actual[i] === 'string';
    if (dim === 'free') return isOpen;
    if (typeof dim === 'object') return isOpen || actual[i] === dim.or;
    return actual[i] === dim || (isOpen && role === 'output');
  });
}

function inWords(dim: Dim | string): string {
  return typeof dim === 'object' ? `free or ${dim.or}` : String(dim);
}

function wrongShape(graph: string, what: string): StudioError {
  return new StudioError(
    'pack-wrong-shape',
    `The model's graph "${graph}" does not fit: ${what}.`,
    {
      details: { graph },
    },
  );
}
