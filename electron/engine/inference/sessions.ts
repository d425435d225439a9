/** ONNX Runtime, and the only file that knows it. Runs inside the inference process. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import { type Device, deviceSchema } from '../../contract/device.ts';
import { StudioError } from '../../contract/errors.ts';
import type { GraphSignature, Port, Tensor, Tensors } from './protocol.ts';

const ERRORS_ONLY = 3;

/** Names of the execution providers this build of ONNX Runtime was compiled with. */
export function listBackends(): string[] {
  return ort.listSupportedBackends().map(({ name }) => name);
}

/** The settings that graphs are loaded with for a device. */
export function sessionOptions(device: Device): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    // Left alone, ONNX Runtime counts physical cores, which virtual machines report wrongly.
    intraOpNumThreads: availableParallelism(),
    logSeverityLevel: ERRORS_ONLY,
    extra: {
      session: {
        // Each graph has threads of its own, which otherwise go on spinning after a run and take the
        // cores from the graph that runs next: up to four times the time for a portrait on two cores.
        force_spinning_stop: '1',
        // Weights stored as int8 are computed with as float32: the fused integer kernels round by how
        // wide the processor's units are, and are no faster for a prompt's few tokens.
        disable_quant_qdq: '1',
      },
    },
    // DirectML demands both (ONNX Runtime's documentation of that provider).
    ...(device === 'dml' && { enableMemPattern: false, executionMode: 'sequential' }),
  };
}

/** Loaded graphs by file and device. A load that fails is forgotten, so that it can be tried again. */
export class Sessions {
  readonly #sessions = new Map<string, Promise<ort.InferenceSession>>();

  async describe(graph: string): Promise<GraphSignature> {
    const session = await this.#load(graph, 'cpu');
    return {
      inputs: session.inputMetadata.map(toPort),
      outputs: session.outputMetadata.map(toPort),
    };
  }

  async run(graph: string, device: Device, feeds: Tensors): Promise<Tensors> {
    const session = await this.#load(graph, device);
    const inputs = Object.entries(feeds).map(([name, t]) => [name, toOrtTensor(t)] as const);
    try {
      const outputs = await session.run(Object.fromEntries(inputs));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, fromOrtTensor(name, tensor)]),
      );
    } catch (error) {
      throw runtimeError(error, `The graph ${graph} failed on ${device}`);
    }
  }

  /** Forgets a graph on every device and frees its memory. */
  async release(graph: string): Promise<void> {
    for (const device of deviceSchema.options) {
      const key = keyOf(graph, device);
      const session = this.#sessions.get(key);
      this.#sessions.delete(key);
      await (await session)?.release();
    }
  }

  #load(graph: string, device: Device): Promise<ort.InferenceSession> {
    const key = keyOf(graph, device);
    const known = this.#sessions.get(key);
    if (known) return known;
    const loading = ort.InferenceSession.create(graph, sessionOptions(device)).catch(
      (error: unknown) => {
        this.#sessions.delete(key);
        throw runtimeError(error, `The graph ${graph} could not be loaded on ${device}`);
      },
    );
    this.#sessions.set(key, loading);
    return loading;
  }
}

function keyOf(graph: string, device: Device): string {
  return `${device}:${graph}`;
}

function toPort(metadata: ort.InferenceSession.ValueMetadata): Port {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, dims: [...metadata.shape] }
    : { name: metadata.name, type: 'not a tensor', dims: [] };
}

function toOrtTensor(tensor: Tensor): ort.Tensor {
  return tensor.type === 'float32'
    ? new ort.Tensor('float32', tensor.data, tensor.dims)
    : new ort.Tensor('int64', tensor.data, tensor.dims);
}

function fromOrtTensor(name: string, { data, dims, type }: ort.Tensor): Tensor {
  if (data instanceof Float32Array) return { type: 'float32', dims: [...dims], data };
  if (data instanceof BigInt64Array) return { type: 'int64', dims: [...dims], data };
  throw new StudioError('pack-wrong-shape', `The output "${name}" holds ${type}, not float32.`);
}

function runtimeError(error: unknown, what: string): StudioError {
  const reason = error instanceof Error ? error.message.trim() : String(error);
  if (/bad_alloc|failed to allocate|out of memory/i.test(reason)) {
    return new StudioError(
      'out-of-memory',
      `${what}: not enough memory. Close other programs or draw fewer portraits at a time.`,
      { cause: error },
    );
  }
  return new StudioError('inference-failed', `${what}: ${reason}`, { cause: error });
}
