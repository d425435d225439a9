/**
 * Tensors that stay in the inference process from one request to the next. What is learnt has tens of millions of
 * numbers, which would take longer to cross to the host and back than to compute.
 */
import { open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import type { RequestOf, Tensor, Tensors } from './protocol.ts';
import type { Sessions } from './sessions.ts';

type Floats = Extract<Tensor, { type: 'float32' }>;

/** A tensor, and memory of the same size that its next numbers are written to. */
interface KeptTensor {
  current: Floats;
  spare: Floats;
}

interface State {
  version: number;
  readonly tensors: ReadonlyMap<string, KeptTensor>;
}

const NEXT = 'next.';

export class States {
  readonly #sessions: Sessions;
  readonly #states = new Map<string, State>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** @throws StudioError `inference-failed` where the file has another size */
  async load({ state, version, file, tensors }: RequestOf<'load-state'>): Promise<null> {
    const kept = new Map(tensors.map(({ name, dims }) => [name, emptyTensors(dims)]));
    const handle = await open(file);
    try {
      const parts = [...kept.values()].map(({ current }) => bytesOfNumbers(current.data));
      const bytes = parts.reduce((sum, part) => sum + part.length, 0);
      const { size } = await handle.stat();
      if (size !== bytes) throw wrongSize(file, size, bytes);
      for (const part of parts) await handle.read(part, 0, part.length, null);
    } finally {
      await handle.close();
    }
    this.#states.set(state, { version, tensors: kept });
    return null;
  }

  async run(request: RequestOf<'run-state'>): Promise<Tensors | null> {
    const state = this.#known(request);
    if (!state) return null;
    const { graph, threads } = request;
    const { inputs } = await this.#sessions.describe(graph, { threads });
    const kept = inputs.flatMap(({ name }) => {
      const tensor = state.tensors.get(name)?.current;
      return tensor ? [[name, tensor] as const] : [];
    });
    const feeds = { ...Object.fromEntries(kept), ...request.feeds };
    const results = await this.#sessions.runInto(graph, feeds, spares(state), threads);
    const others = Object.entries(results).filter(([name]) => !name.startsWith(NEXT));
    advance(state, Object.keys(results));
    return Object.fromEntries(others);
  }

  async save(request: RequestOf<'save-state'>): Promise<boolean> {
    const state = this.#known(request);
    if (!state) return false;
    const handle = await open(request.file, 'wx', 0o600);
    try {
      for (const name of request.names) {
        const tensor = state.tensors.get(name);
        if (tensor) await handle.writeFile(bytesOfNumbers(tensor.current.data));
      }
    } finally {
      await handle.close();
    }
    return true;
  }

  drop(state: string): null {
    this.#states.delete(state);
    return null;
  }

  #known({ state, version }: { state: string; version: number }): State | undefined {
    const kept = this.#states.get(state);
    return kept?.version === version ? kept : undefined;
  }
}

/** The memory that a graph's outputs of names `next.NAME` are written to. */
function spares({ tensors }: State): (outputs: readonly string[]) => Tensors {
  return (outputs) =>
    Object.fromEntries(
      outputs.flatMap((output) => {
        const tensor = tensors.get(output.slice(NEXT.length));
        return output.startsWith(NEXT) && tensor ? [[output, tensor.spare] as const] : [];
      }),
    );
}

/** Exchanges what a run has written anew. A run that fails thus leaves the state as it was. */
function advance(state: State, outputs: readonly string[]): void {
  const written = outputs.filter((name) => name.startsWith(NEXT));
  for (const output of written) {
    const tensor = state.tensors.get(output.slice(NEXT.length));
    if (tensor) [tensor.current, tensor.spare] = [tensor.spare, tensor.current];
  }
  if (written.length > 0) state.version += 1;
}

function emptyTensors(dims: number[]): KeptTensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  const empty = (): Floats => ({ type: 'float32', dims, data: new Float32Array(length) });
  return { current: empty(), spare: empty() };
}

function wrongSize(file: string, size: number, expected: number): StudioError {
  return new StudioError(
    'inference-failed',
    `${file} holds ${size} bytes of what was learnt, not ${expected}. Nothing was changed.`,
  );
}
