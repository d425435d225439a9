import { expect, it } from 'vitest';
import { DEFAULT_PACK, TINY_PACK } from '../../../test/support/packs.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { Spaces } from '../../contract/spaces.ts';
import { readManifest } from './manifest.ts';
import { spacesOf, spacesToldBy } from './spaces.ts';

const EACH = ['embedding', 'latent', 'flow'] as const;
const manifest = await readManifest(TINY_PACK);

/** Which spaces are others once something of a pack is. */
function changedBy(change: (manifest: PackManifest) => void): (keyof Spaces)[] {
  const other = structuredClone(manifest);
  change(other);
  const [before, after] = [spacesOf(manifest), spacesOf(other)];
  return EACH.filter((space) => before[space] !== after[space]);
}

const rewrite = (file: string) => (other: PackManifest) => {
  other.files[file] = { sha256: 'f'.repeat(64), bytes: 1 };
};

it.each<[what: string, change: (manifest: PackManifest) => void, changed: (keyof Spaces)[]]>([
  ['the version', (other) => (other.version = '9'), []],
  ['the text encoder', rewrite('clip/text_model.onnx'), []],
  ['the preview', rewrite('generator/preview.onnx'), []],
  ['the mapping network', rewrite('generator/mapping.onnx'), []],
  ['the image encoder', rewrite('clip/vision_model.onnx'), ['embedding']],
  ['the mean of pictures', (other) => (other.clip.image.mean[0] += 0.1), ['embedding']],
  ['numbers of the image encoder in a file beside', rewrite('clip/weights.bin'), ['embedding']],
  ['the synthesis network', rewrite('generator/synthesis.onnx'), ['latent']],
  ['numbers of the synthesis network beside', rewrite('generator/synthesis.onnx.data'), ['latent']],
  ['the projection', rewrite('generator/firming.onnx'), ['latent']],
  ['no projection', (other) => delete other.generator.projection, ['latent']],
  ['black and white', (other) => (other.generator.pixelRange = [0, 1]), ['latent']],
  ['the decoder', rewrite('flow/decode.onnx'), ['flow']],
  ['the encoder', rewrite('flow/encode.onnx'), ['flow']],
])('of %s depend no spaces but its own', (_, change, changed) => {
  expect(changedBy(change)).toEqual(changed);
});

it('the default pack tells those of its earlier editions, and what it has in common with the last', async () => {
  const [now, ...earlier] = spacesToldBy(await readManifest(DEFAULT_PACK));
  expect(earlier.map(({ version }) => version)).toEqual([
    ...['1.0.0', '2.0.0', '2.1.0', '2.2.0', '3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0'],
    ...['3.5.0', '3.6.0'],
  ]);
  const { embedding, flow } = earlier.at(-1)!.spaces;
  expect(now!.spaces).toMatchObject({ embedding, flow });
  expect(now!.spaces.latent).not.toBe(earlier.at(-1)!.spaces.latent);
});
