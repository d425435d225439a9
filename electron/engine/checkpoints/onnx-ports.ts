/** What the inputs and outputs of a generator mean that others exported to ONNX, told by shapes and names. */
import type { GraphSignature, Port } from '../inference/protocol.ts';
import { unsupported } from './refusal.ts';

export interface NetworkPorts {
  /** z of a mapping network, w of a synthesis network. */
  readonly latent: Port;
  /** [N, classes]. */
  readonly label: Port | undefined;
  /** One number each, such as truncation ψ. */
  readonly ones: readonly Port[];
  /** Noise of layers, in their order. */
  readonly noise: readonly Port[];
  /** w of a mapping network, the picture of a synthesis network. */
  readonly result: Port;
}

const LABEL = /^(c|y|cls|class(es)?|labels?|class_(labels?|ids?))$/i;
const RESULT = /^(w|ws|w_?plus|d?latents?|styles?|im(a)?g(e|es)?|rgb|pictures?)$/i;
/** What ONNX Runtime computes with that the studio can turn its numbers into. */
const FLOATS = new Set(['float32', 'float16', 'float64']);
const PICTURES = new Set([...FLOATS, 'uint8']);

/** Whether a network draws: one of its outputs is [N, …, …, …]. */
export function isSynthesis({ outputs }: GraphSignature): boolean {
  return outputs.some(isPicture);
}

/**
 * Tells the ports of a network.
 *
 * @param label how its file is called
 * @throws StudioError `checkpoint-unsupported` for inputs that have no meaning here, and a batch that is fixed
 */
export function portsOf(signature: GraphSignature, label: string): NetworkPorts {
  const { inputs } = signature;
  const noise = inputs.filter((port) => port.dims.length === 4 && isFloat(port));
  const ones = inputs.filter((port) => isOne(port) && isFloat(port));
  const classes = inputs.filter(({ name, dims }) => LABEL.test(name) && dims.length === 2);
  const known = new Set([...noise, ...ones, ...classes]);
  const [latent, ...others] = inputs.filter((port) => !known.has(port));
  const isLatent = latent && isFloat(latent) && [2, 3].includes(latent.dims.length);
  if (!isLatent || others.length > 0 || classes.length > 1) {
    const told = inputs.map(({ name, type, dims }) => `${name} ${type} [${dims.join(', ')}]`);
    throw unsupported(label, `what its inputs mean cannot be told (${told.join('; ')})`);
  }
  if (typeof latent.dims[0] === 'number') {
    throw unsupported(
      label,
      `it draws just ${latent.dims[0]} at once. Export it with the first dimension of "${latent.name}" left open`,
    );
  }
  return { latent, label: classes[0], ones, noise, result: resultOf(signature, label) };
}

function resultOf(signature: GraphSignature, label: string): Port {
  const isWanted = isSynthesis(signature) ? isPicture : isLatents;
  const results = signature.outputs.filter(isWanted);
  const result = results.find(({ name }) => RESULT.test(name)) ?? results[0];
  if (result) return result;
  throw unsupported(label, 'it gives neither latents [N, w] or [N, layers, w] nor pictures');
}

function isPicture({ dims, type }: Port): boolean {
  return dims.length === 4 && PICTURES.has(type);
}

function isLatents(port: Port): boolean {
  return isFloat(port) && [2, 3].includes(port.dims.length);
}

/** Whether the studio can turn its float32 into what a port holds, and back. */
export function isFloat({ type }: Port): boolean {
  return FLOATS.has(type);
}

/** [], [1], [N] or [N, 1]. */
function isOne({ dims }: Port): boolean {
  const [first, second, ...more] = dims;
  const isOpenOrOne = first === undefined || first === 1 || typeof first === 'string';
  return isOpenOrOne && (second === undefined || second === 1) && more.length === 0;
}
