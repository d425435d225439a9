/** What a server can do in place of this machine: how it is asked, and how near its results are to those of here. */
import { createHash } from 'node:crypto';
import { StudioError } from '../../contract/errors.ts';
import type { Exactness } from '../../contract/model-server.ts';
import { feedsOf } from '../inference/feeds.ts';
import type { CallOptions, DrawingRequest } from '../inference/inference.ts';
import { picturesOf } from '../inference/pictures.ts';
import { maxDifference, meanDifference } from '../inference/pixels.ts';
import type { Pictures, Tensors } from '../inference/protocol.ts';
import type { ServerTensors } from './raw-tensors.ts';
import { cosine } from '../latent/vectors.ts';

/** One run of a graph, whose result is the same wherever it is done. */
export interface Work<Result> {
  readonly graph: string;
  readonly feeds: Tensors;
  /** Encoding is done by this machine wherever no server does it, whatever the artist says of drawing. */
  readonly kind: 'drawing' | 'encoding';
  /** What the graph's outputs mean. */
  read(outputs: ServerTensors): Result;
  /** Does it on this machine. */
  here(options?: CallOptions): Promise<Result>;
  /** How near a server's result is to that of here; null for what another graph gives. */
  compare(there: Result, here: Result): Exactness | null;
}

/** Draws a portrait on this machine. */
export type DrawHere = (drawing: DrawingRequest, options?: CallOptions) => Promise<Pictures>;
/** Runs a graph on this machine. */
export type RunHere = (graph: string, feeds: Tensors, options?: CallOptions) => Promise<Tensors>;

/**
 * Largest mean difference of a picture, in steps of 1/255, that rounding makes: float16 stays far below it, and other
 * weights draw something else.
 */
const SAME_PICTURE = 2;

/** Least cosine of embeddings of one picture that only rounding made different. */
const SAME_MEANING = 0.999;

/** @param drawing one portrait */
export function drawingWork(drawing: DrawingRequest, drawHere: DrawHere): Work<Pictures> {
  return {
    graph: drawing.graph,
    kind: 'drawing',
    feeds: feedsOf(drawing),
    read: ({ image }) => picturesOf(drawing, image),
    here: (options) => drawHere(drawing, options),
    compare: (there, here) => {
      const isOther =
        there.width !== here.width ||
        there.height !== here.height ||
        meanDifference(there.pixels, here.pixels) > SAME_PICTURE;
      return isOther ? null : exactness(maxDifference(there.pixels, here.pixels));
    },
  };
}

/** Pictures that an encoder is to embed; steps of 1/255 are those of the numbers it gives. */
export function encodingWork(graph: string, feeds: Tensors, runHere: RunHere): Work<Tensors> {
  return {
    ...{ graph, feeds, kind: 'encoding' },
    read: numbersOf,
    here: (options) => runHere(graph, feeds, options),
    compare: (there, here) => {
      const pairs = Object.entries(here).map(([name, tensor]) => [there[name], tensor] as const);
      const differences = pairs.map(([a, b]) => {
        if (a?.type !== 'float32' || b.type !== 'float32' || a.data.length !== b.data.length)
          return null;
        if (!(cosine(a.data, b.data) >= SAME_MEANING)) return null;
        return a.data.reduce(
          (max, value, i) => Math.max(max, Math.abs(value - (b.data[i] ?? 0))),
          0,
        );
      });
      const known = differences.filter((one) => one !== null);
      return known.length < pairs.length ? null : exactness(Math.max(...known) * 255);
    },
  };
}

/** @throws StudioError `inference-failed` for bytes */
function numbersOf(outputs: ServerTensors): Tensors {
  const numbers: Tensors = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (tensor.type !== 'float32') {
      throw new StudioError(
        'inference-failed',
        `The model server gave "${name}" as bytes, not as float32 numbers. Nothing was made of it.`,
      );
    }
    numbers[name] = tensor;
  }
  return numbers;
}

/** @param steps largest difference, in steps of 1/255 */
function exactness(steps: number): Exactness {
  if (steps === 0) return 'same-bytes';
  return steps <= 1 ? 'within-one' : 'other';
}

/** What a run is known by: the same for the same numbers through the same graph. */
export function recipeOf(model: string, feeds: Tensors): string {
  const hash = createHash('sha256').update(model);
  for (const [name, { dims, data }] of Object.entries(feeds)) {
    hash.update(`\n${name} ${dims.join(' ')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
