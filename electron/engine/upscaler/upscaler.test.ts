import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { REACH, writeUpscaler, type UpscalerShape } from '../../../test/support/upscalers.ts';
import { importOnnxUpscaler } from '../checkpoints/onnx-upscaler.ts';
import { openOnnxFile } from '../checkpoints/onnx-file.ts';
import type { PictureSize, RgbPicture } from '../images/codec.ts';
import { ModelFolder } from '../packs/model-folder.ts';
import { Upscaler } from './upscaler.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
const base = mkdtempSync(path.join(tmpdir(), 'clip-flow-upscaler-'));
afterAll(() => rmSync(base, { recursive: true }));

let count = 0;

/** An upscaler as it was exported, and as it was taken in. */
async function open(shape: UpscalerShape) {
  const folder = path.join(base, `${(count += 1)}`);
  const file = path.join(base, `${count}.onnx`);
  await writeUpscaler(file, shape);
  const network = await openOnnxFile(file, inference);
  const upscaler = await importOnnxUpscaler(network, folder, { inference });
  const models = Object.assign(new ModelFolder(folder), { manifest: { upscaler } });
  return { file, upscaler: new Upscaler(models, inference) };
}

function pattern({ width, height }: PictureSize): RgbPicture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    return 128 + 120 * Math.sin(i * 12.9898) * Math.cos(i / 31);
  });
  return { width, height, data };
}

/** What the network itself gives of a whole picture, without what it sees of its edges: planes, 0 to 255. */
async function whole(file: string, picture: RgbPicture, factor: number) {
  const area = picture.width * picture.height;
  const planes = Float32Array.from({ length: area * 3 }, (_, i) => {
    return (picture.data[(i % area) * 3 + Math.floor(i / area)] ?? 0) / 255;
  });
  const dims = [1, 3, picture.height, picture.width];
  const { y } = await inference.run(file, { x: { type: 'float32', dims, data: planes } });
  return (x: number, row: number, colour: number) => {
    const at = (colour * picture.height * factor + row) * picture.width * factor + x;
    return Math.min(255, Math.max(0, Number(y?.data[at]) * 255));
  };
}

/** The largest difference of an enlarged picture from that of the whole, `edge` pixels inside. */
function furthest(
  enlarged: RgbPicture,
  expected: (x: number, y: number, colour: number) => number,
  edge: number,
): number {
  let most = 0;
  for (let y = edge; y < enlarged.height - edge; y += 1) {
    for (let x = edge; x < enlarged.width - edge; x += 1) {
      for (let colour = 0; colour < 3; colour += 1) {
        const value = enlarged.data[(y * enlarged.width + x) * 3 + colour] ?? NaN;
        most = Math.max(most, Math.abs(value - expected(x, y, colour)));
      }
    }
  }
  return most;
}

/** A picture with so much of it in the mirror around it. */
function inMirror(picture: RgbPicture, margin: number): RgbPicture {
  const at = (i: number, length: number) => {
    const period = Math.max(1, 2 * length - 2);
    return Math.min(...[i, -i].map((place) => ((place % period) + period) % period));
  };
  const [width, height] = [picture.width + 2 * margin, picture.height + 2 * margin];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const from = at(y - margin, picture.height) * picture.width + at(x - margin, picture.width);
    return picture.data[from * 3 + (i % 3)] ?? 0;
  });
  return { width, height, data };
}

describe('a picture that is enlarged in tiles', () => {
  it.each<[string, UpscalerShape, PictureSize]>([
    ['of any size', { factor: 2 }, { width: 200, height: 170 }],
    ['of 32 pixels', { factor: 2, tile: { width: 32, height: 32 } }, { width: 75, height: 50 }],
    [
      'that are no squares',
      { factor: 3, tile: { width: 48, height: 32 } },
      { width: 70, height: 61 },
    ],
    ['of its own size', { factor: 4, tile: { width: 40, height: 40 } }, { width: 40, height: 40 }],
  ])('%s is as if it were enlarged whole', async (_, shape, size) => {
    const { file, upscaler } = await open(shape);
    const { file: free } = await open({ factor: shape.factor });
    const picture = pattern(size);
    let done = 0;
    const enlarged = await upscaler.enlarge(picture, { onPart: (part) => (done += part) });
    expect([enlarged.width, enlarged.height]).toEqual([
      size.width * shape.factor,
      size.height * shape.factor,
    ]);
    expect(file).not.toBe(free);
    const expected = await whole(free, picture, shape.factor);
    // Rounded to whole numbers.
    expect(furthest(enlarged, expected, REACH * shape.factor)).toBeLessThan(0.51);
    expect(done).toBeCloseTo(1);
  });

  it.each<[PictureSize]>([
    [{ width: 20, height: 9 }],
    [{ width: 1, height: 3 }],
    [{ width: 33, height: 100 }],
  ])('of %o, smaller than a tile, goes on in the mirror', async (size) => {
    const { file, upscaler } = await open({ factor: 2 });
    const picture = pattern(size);
    const margin = 2 * REACH;
    const expected = await whole(file, inMirror(picture, margin), 2);
    const enlarged = await upscaler.enlarge(picture);
    const shifted = (x: number, y: number, colour: number) =>
      expected(x + 2 * margin, y + 2 * margin, colour);
    expect(furthest(enlarged, shifted, 0)).toBeLessThan(0.51);
  });

  it('stops between tiles when it is cancelled', async () => {
    const { upscaler } = await open({ factor: 2, tile: { width: 32, height: 32 } });
    const cancel = new AbortController();
    let parts = 0;
    const onPart = () => {
      parts += 1;
      cancel.abort();
    };
    const enlarging = upscaler.enlarge(pattern({ width: 99, height: 99 }), {
      ...{ onPart, signal: cancel.signal },
    });
    await expect(enlarging).rejects.toMatchObject({ code: 'cancelled' });
    expect(parts).toBe(1);
  });

  it('is refused where a model makes of it what are no numbers', async () => {
    const { upscaler } = await open({ factor: 2, nanAt: 1 });
    const white = { width: 30, height: 30, data: new Uint8Array(2_700).fill(255) };
    await expect(upscaler.enlarge(white)).rejects.toMatchObject({ code: 'pack-not-finite' });
  });
});
