/**
 * What the host and the inference process say to each other. Every request is a pure function of
 * its content and of files on disk, so that one lost in a crash can simply be asked again. A state is no
 * exception: it is named with its version, and a process that does not hold that one says so.
 */
import { z } from 'zod';
import { deviceSchema } from '../../contract/device.ts';
import { serialisedErrorSchema } from '../../contract/errors.ts';
import { bytesSchema } from '../../contract/bytes.ts';

const float32Array = z.custom<Float32Array>((value) => value instanceof Float32Array);
const dimsSchema = z.array(z.int().nonnegative());

/** A tensor in row-major order. Packs of this format use these two element types and no other. */
export const tensorSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('float32'), dims: dimsSchema, data: float32Array }),
  z.object({
    type: z.literal('int64'),
    dims: dimsSchema,
    data: z.custom<BigInt64Array>((value) => value instanceof BigInt64Array),
  }),
]);
export type Tensor = z.infer<typeof tensorSchema>;

export const tensorsSchema = z.record(z.string(), tensorSchema);
export type Tensors = z.infer<typeof tensorsSchema>;

/** One input or output of a graph; a name in `dims` is a free dimension such as the batch. */
const portSchema = z.object({
  name: z.string(),
  type: z.string(),
  dims: z.array(z.union([z.number(), z.string()])),
});
export type Port = z.infer<typeof portSchema>;

const signatureSchema = z.object({ inputs: z.array(portSchema), outputs: z.array(portSchema) });
export type GraphSignature = z.infer<typeof signatureSchema>;

const graphSchema = z.object({
  graph: z.string(),
  /** How many threads compute it on the CPU, always the same for one graph; by default one on each core. */
  threads: z.int().positive().optional(),
  /** File of its optimised form, which is loaded in its place on the CPU. */
  optimised: z.string().optional(),
});

/** A synthesis run: `w` holds `count` portraits of `layers` × `latentDim` numbers each. */
const drawingSchema = graphSchema.extend({
  device: deviceSchema,
  w: float32Array,
  count: z.int().positive(),
  layers: z.int().positive(),
  /** For a graph that takes noise [rows, width]: one row for all portraits alike, or none for the graph's own. */
  noise: z.object({ rows: float32Array, width: z.int().positive() }).optional(),
  /** One of many that are drawn one after the other and may differ in some layers only, as under a slider. */
  follows: z.boolean().optional(),
  /** The values that mean black and white in the graph's output. */
  pixelRange: z.tuple([z.number(), z.number()]),
});
export type Drawing = z.infer<typeof drawingSchema>;

/** RGB8 pictures of one size, one after the other, rows top to bottom. */
const picturesSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  /** Node's process channel makes Buffers of bytes, and those have a `slice` that copies nothing. */
  pixels: bytesSchema.transform(
    (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
  ),
});
export type Pictures = z.infer<typeof picturesSchema>;

/** A picture that an upscaler is given: [1, 3, height, width], 0 to 1. */
const enlargingSchema = graphSchema.extend({
  picture: picturesSchema,
  /** How many times as large it has to come out. */
  factor: z.int().positive(),
});

/** Tensors that the process holds from one request to the next, such as what is being learnt. */
const stateSchema = z.object({
  state: z.string(),
  /** How often it has been advanced. */
  version: z.int().nonnegative(),
});

export const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backends') }),
  graphSchema.extend({
    kind: z.literal('describe'),
    /** Loads it, if it is not loaded, so that it takes little memory rather than little time. */
    sparing: z.boolean().optional(),
  }),
  /** Writes its optimised form, with the numbers in a file beside it. */
  graphSchema.extend({ kind: z.literal('optimise'), into: z.string() }),
  graphSchema.extend({ kind: z.literal('run'), feeds: tensorsSchema }),
  drawingSchema.extend({ kind: z.literal('render') }),
  drawingSchema.extend({ kind: z.literal('trial') }),
  enlargingSchema.extend({ kind: z.literal('enlarge') }),
  z.object({ kind: z.literal('release'), graphs: z.array(z.string()) }),
  /** Reads a state of float32 tensors that stand in a file one after the other, little-endian. */
  stateSchema.extend({
    kind: z.literal('load-state'),
    file: z.string(),
    tensors: z.array(z.object({ name: z.string(), dims: dimsSchema })),
  }),
  /** Runs a graph on a state; what it gives as `next.NAME` takes the place of the tensor `NAME`. */
  stateSchema.extend({
    kind: z.literal('run-state'),
    graph: z.string(),
    threads: z.int().positive().optional(),
    feeds: tensorsSchema,
  }),
  /** Writes tensors of a state to a new file. */
  stateSchema.extend({
    kind: z.literal('save-state'),
    file: z.string(),
    names: z.array(z.string()),
  }),
  z.object({ kind: z.literal('drop-state'), state: z.string() }),
]);
export type Request = z.infer<typeof requestSchema>;
export type RequestKind = Request['kind'];
export type RequestOf<K extends RequestKind> = Extract<Request, { kind: K }>;

/** How a device compares with the CPU on the same drawing. */
const trialSchema = z.object({
  /** Largest difference of a channel, in steps of 1/255. */
  maxDifference: z.number(),
  deviceMs: z.number(),
  cpuMs: z.number(),
});
export type Trial = z.infer<typeof trialSchema>;

export interface Results {
  backends: string[];
  describe: GraphSignature;
  optimise: null;
  run: Tensors;
  render: Pictures;
  trial: Trial;
  enlarge: Pictures;
  release: null;
  'load-state': null;
  /** Null where the process does not hold that version: it has been started anew. */
  'run-state': Tensors | null;
  /** False where it does not hold that version. */
  'save-state': boolean;
  'drop-state': null;
}

export const resultSchemas: { [K in RequestKind]: z.ZodType<Results[K]> } = {
  backends: z.array(z.string()),
  describe: signatureSchema,
  optimise: z.null(),
  run: tensorsSchema,
  render: picturesSchema,
  trial: trialSchema,
  enlarge: picturesSchema,
  release: z.null(),
  'load-state': z.null(),
  'run-state': tensorsSchema.nullable(),
  'save-state': z.boolean(),
  'drop-state': z.null(),
};

export const envelopeSchema = z.object({ id: z.int(), request: requestSchema });

export const replySchema = z.discriminatedUnion('ok', [
  z.object({ id: z.int(), ok: z.literal(true), result: z.unknown() }),
  z.object({ id: z.int(), ok: z.literal(false), error: serialisedErrorSchema }),
]);
export type Reply = z.infer<typeof replySchema>;

/** One end of a message channel, whatever carries it. */
export interface MessageEnd {
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}
