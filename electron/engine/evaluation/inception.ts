import { StudioError } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { float32Tensor, outputData } from '../inference/rows.ts';
import { toSquare } from '../images/resample.ts';

/** Side of the pictures that Inception v3 was trained on, for graphs that leave theirs open. */
const USUAL_SIDE = 299;
const CHANNELS = 3;

/**
 * Features of an Inception network that the artist brings as an ONNX graph: pictures [n, 3, side, side] in [−1, 1] to
 * features [n, width], 2,048 in Inception v3.
 */
export class Inception {
  readonly #inference: Inference;
  readonly #graph: string;
  readonly #ports: { input: string; output: string; side: number };

  private constructor(
    inference: Inference,
    graph: string,
    ports: { input: string; output: string; side: number },
  ) {
    this.#inference = inference;
    this.#graph = graph;
    this.#ports = ports;
  }

  /** @throws StudioError `invalid-argument` for a graph of other inputs, and what ONNX Runtime says of no graph */
  static async open(graph: string, inference: Inference): Promise<Inception> {
    const { inputs, outputs } = await inference.describe(graph);
    const [input] = inputs;
    const [output] = outputs;
    const isPicture = input?.dims.length === 4 && input.dims[1] === CHANNELS;
    if (!input || !output || inputs.length > 1 || !isPicture) {
      throw new StudioError(
        'invalid-argument',
        `${graph} takes no pictures [n, 3, side, side]. Give an Inception v3 that ends with its pooled features.`,
      );
    }
    const side = typeof input.dims[2] === 'number' ? input.dims[2] : USUAL_SIDE;
    return new Inception(inference, graph, { input: input.name, output: output.name, side });
  }

  /** One picture at a time, so that a graph may fix its batch. */
  async features(picture: RgbPicture, options?: CallOptions): Promise<Float32Array> {
    const { input, output, side } = this.#ports;
    const planes = toPlanes(
      toSquare(picture, { size: side, interpolation: 'bilinear', fit: 'crop' }),
    );
    const feeds = { [input]: float32Tensor(planes, [1, CHANNELS, side, side]) };
    const result = (await this.#inference.run(this.#graph, feeds, options))[output];
    return outputData(this.#graph, output, result, result?.data.length ?? 0).slice();
  }
}

/** Pixels to a plane a channel, 0 to −1 and 255 to 1. */
function toPlanes({ width, height, data }: RgbPicture): Float32Array {
  const pixels = width * height;
  const planes = new Float32Array(CHANNELS * pixels);
  for (let i = 0; i < data.length; i++) {
    planes[(i % CHANNELS) * pixels + Math.floor(i / CHANNELS)] = (data[i] ?? 0) / 127.5 - 1;
  }
  return planes;
}
