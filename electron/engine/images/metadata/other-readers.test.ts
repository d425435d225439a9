/** Exported pictures as programs read them that are not ours: a PNG library, and the rule of AUTOMATIC1111's web UI. */
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { keptPng } from '../../../../test/support/kept-png.ts';
import { samplePicture } from '../../../../test/support/portraits.ts';
import type { Enlargement } from '../../../contract/export.ts';
import { findText, readTextChunks, tagAsSrgb } from './png.ts';
import { tellRecipe } from './story.ts';

const PROMPT = 'a naïve 🙂 face, "顔": lit from: below,\nsecond line';

async function exported(enlarged?: Enlargement): Promise<Uint8Array<ArrayBuffer>> {
  return tagAsSrgb(tellRecipe(await keptPng(PROMPT), { license: 'CC0-1.0', enlarged }));
}

/**
 * The last line, where it has at least three settings: a name, a colon, and words without a comma, or any words as a
 * string of JSON. What is before it is the prompt.
 */
function readParameters(text: string) {
  const lines = text.split('\n');
  const settings = [...(lines.pop() ?? '').matchAll(/(\w[\w /-]*): *("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  expect(settings.length).toBeGreaterThanOrEqual(3);
  const values = settings.map(([, name = '', value = '']) => {
    const read: unknown = value.startsWith('"') ? JSON.parse(value) : value;
    return [name, read] as const;
  });
  return { prompt: lines.join('\n'), settings: Object.fromEntries(values) };
}

describe('an exported PNG', () => {
  it('is read by pngjs, sums and all, with the same pixels', async () => {
    const { width, height, data } = PNG.sync.read(Buffer.from(await exported()));
    const drawn = samplePicture(7);
    expect([width, height]).toEqual([drawn.width, drawn.height]);
    const rgb = data.filter((_, i) => i % 4 !== 3);
    expect(Buffer.compare(rgb, drawn.data)).toBe(0);
  });

  it('tells prompt and settings by the rule of AUTOMATIC1111', async () => {
    const png = await exported({
      ...{ times: 2, resampled: true },
      upscaler: {
        ...{ title: 'Fine', license: 'unknown', factor: 3 },
        ...{ file: 'fine, "sharp": v2.onnx', sha256: '0'.repeat(64) },
      },
    });
    const text = findText(readTextChunks(png), 'parameters', 10_000) ?? '';
    expect(readParameters(text)).toEqual({
      prompt: PROMPT,
      settings: expect.objectContaining({
        ...{ Steps: '1', Seed: '7', Size: '24x24', Model: 'tiny 1.0.0' },
        'Postprocess upscale by': '2',
        'Postprocess upscaler': 'fine, "sharp": v2.onnx',
      }),
    });
  });
});
