import { expect, it } from 'vitest';
import type { Inference } from '../../electron/engine/inference/inference.ts';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { TINY_PACK } from './packs.ts';

const [COUNT, LAYERS, DIM] = [3, 4, 512];
const SIDE = 16;
const MANY = 12;

/** A few portraits of the tiny pack. */
export const DRAWING = {
  graph: `${TINY_PACK}/generator/synthesis.onnx`,
  w: gaussian(1, COUNT * LAYERS * DIM),
  count: COUNT,
  layers: LAYERS,
  pixelRange: [-1, 1] as [number, number],
};

/** What drawing must do, wherever it is done. */
export function itDraws(inference: () => Inference): void {
  it('draws RGB8 pictures, the same each time', async () => {
    const first = await inference().render(DRAWING);
    expect(first).toMatchObject({ width: SIDE, height: SIDE });
    expect(first.pixels).toHaveLength(COUNT * SIDE * SIDE * 3);
    expect(first.pixels.constructor).toBe(Uint8Array);
    expect(await inference().render(DRAWING)).toEqual(first);
  });

  it('draws many side by side, each as it is alone', async () => {
    const size = LAYERS * DIM;
    const w = gaussian(2, MANY * size);
    const { pixels } = await inference().render({ ...DRAWING, w, count: MANY });
    for (let i = 0; i < MANY; i++) {
      const one = { ...DRAWING, w: w.slice(i * size, (i + 1) * size), count: 1 };
      const alone = await inference().render(one);
      const { length } = alone.pixels;
      expect(pixels.subarray(i * length, (i + 1) * length)).toEqual(alone.pixels);
    }
  });
}
