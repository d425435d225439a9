import { describe, expect, it } from 'vitest';
import { type DrawHere, Lanes } from './lanes.ts';
import { type Drawing, envelopeSchema, type Tensors } from './protocol.ts';
import type { InferenceProcess } from './worker.ts';

const SIDE = 2;

const imageOf = (value: number): Tensors => ({
  image: { type: 'float32', dims: [1], data: Float32Array.of(value) },
});

/** Draws nothing, and gives the number 1. */
const here: DrawHere = {
  render: ({ count }) =>
    Promise.resolve({ width: 0, height: 0, pixels: new Uint8Array(count).fill(99) }),
  run: () => Promise.resolve(imageOf(1)),
};

/**
 * A lane that draws each portrait in the shade its w begins with, and notes how many it drew.
 *
 * @param tried the number that it gives for a first portrait
 */
function shadingLanes(tried = 1) {
  const drawn: number[] = [];
  const ends: ((reason: string) => void)[] = [];
  const start = (): InferenceProcess => {
    const lane = drawn.push(0) - 1;
    let answer: (message: object) => void = () => undefined;
    return {
      pid: 1,
      post: (message) => {
        const { id, request } = envelopeSchema.parse(message);
        if (request.kind === 'run') {
          setImmediate(() => answer({ id, ok: true, result: imageOf(tried) }));
          return;
        }
        if (request.kind !== 'render') throw new Error(request.kind);
        drawn[lane]! += request.count;
        const size = SIDE * SIDE * 3;
        const width = request.w.length / request.count;
        const pixels = Uint8Array.from(
          { length: request.count * size },
          (_, i) => request.w[Math.floor(i / size) * width]!,
        );
        setImmediate(() => answer({ id, ok: true, result: { width: SIDE, height: SIDE, pixels } }));
      },
      onMessage: (listener) => {
        answer = listener;
      },
      onExit: (listener) => ends.push(listener),
      kill: () => undefined,
    };
  };
  return { drawn, ends, lanes: new Lanes(start, 2) };
}

function drawing(count: number, device: Drawing['device'] = 'cpu'): Drawing {
  const w = Float32Array.from({ length: count * 3 }, (_, i) => Math.floor(i / 3));
  return { graph: 'synthesis', device, w, count, layers: 1, pixelRange: [-1, 1] };
}

describe('Lanes', () => {
  it('share portraits and give them back in order', async () => {
    const { drawn, lanes } = shadingLanes();
    const pictures = await lanes.draw(drawing(9), here);
    expect(pictures).toMatchObject({ width: SIDE, height: SIDE });
    const size = SIDE * SIDE * 3;
    expect(pictures!.pixels).toHaveLength(9 * size);
    expect([...pictures!.pixels].map((shade, i) => shade - Math.floor(i / size))).toEqual(
      Array.from({ length: 9 * size }, () => 0),
    );
    expect(drawn.toSorted()).toEqual([4, 5]);
  });

  it('leave the first few, single portraits and what a GPU draws to others', async () => {
    const { drawn, lanes } = shadingLanes();
    expect(lanes.draw(drawing(4), here)).toBeUndefined();
    expect(lanes.draw(drawing(16, 'webgpu'), here)).toBeUndefined();
    expect(await lanes.draw(drawing(4), here)).toBeDefined();
    expect(lanes.draw(drawing(1), here)).toBeUndefined();
    expect(drawn).toEqual([2, 2]);
  });

  it('are started anew where one has ended', async () => {
    const { drawn, ends, lanes } = shadingLanes();
    await lanes.draw(drawing(8), here);
    ends[0]!('exit code 1');
    await lanes.draw(drawing(8), here);
    expect(drawn).toEqual([4, 8, 4]);
  });

  it('are left out of graphs in which they give another last bit', async () => {
    const { drawn, lanes } = shadingLanes(1 + 2 ** -23);
    expect((await lanes.draw(drawing(8), here))!.pixels).toEqual(new Uint8Array(8).fill(99));
    expect((await lanes.draw(drawing(9), here))!.pixels).toHaveLength(9);
    expect(drawn).toEqual([0, 0]);
  });
});
