/** Tensors as the Open Inference Protocol sends them: names and shapes, and their numbers as bytes beside them. */
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { BytePlanes } from '../inference/pictures.ts';
import type { Tensor, Tensors } from '../inference/protocol.ts';

const describedSchema = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int().nonnegative()),
});
type Described = z.infer<typeof describedSchema>;

export const inferResponseSchema = z.object({
  outputs: z.array(describedSchema),
  raw_output_contents: z.array(z.instanceof(Uint8Array)),
});

const DATATYPES = { float32: 'FP32', int64: 'INT64' } as const;

/** The fields of a request that hold its tensors. */
export function toRaw(feeds: Tensors): {
  inputs: Described[];
  raw_input_contents: Uint8Array[];
} {
  const tensors = Object.entries(feeds);
  return {
    inputs: tensors.map(([name, { type, dims }]) => ({
      ...{ name, datatype: DATATYPES[type], shape: dims },
    })),
    raw_input_contents: tensors.map(
      ([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ),
  };
}

/** What a server gives: numbers, or pictures whose planes are bytes already, with a quarter of the way. */
export type ServerTensor = Extract<Tensor, { type: 'float32' }> | BytePlanes;
export type ServerTensors = Record<string, ServerTensor>;

/** @throws StudioError `inference-failed` for outputs of another size than they say, or of another type */
export function fromRaw({
  outputs,
  raw_output_contents: contents,
}: z.infer<typeof inferResponseSchema>): ServerTensors {
  return Object.fromEntries(
    outputs.map((output, i) => [output.name, toTensor(output, contents[i])]),
  );
}

function toTensor({ name, datatype, shape: dims }: Described, bytes?: Uint8Array): ServerTensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  if (datatype === 'UINT8' && bytes?.length === length) return { type: 'uint8', dims, data: bytes };
  const size = length * Float32Array.BYTES_PER_ELEMENT;
  if (datatype !== DATATYPES.float32 || bytes?.length !== size) {
    throw new StudioError(
      'inference-failed',
      `The model server gave "${name}" as ${datatype} [${dims.join(', ')}] in ${bytes?.length ?? 0} bytes, not as ` +
        'raw float32 numbers or bytes. Nothing was drawn of it.',
    );
  }
  // A copy: what arrives begins at any byte, and float32 numbers at every fourth.
  const data = new Float32Array(length);
  new Uint8Array(data.buffer).set(bytes);
  return { type: 'float32', dims, data };
}
