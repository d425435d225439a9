import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture, samplePortrait } from '../../../test/support/portraits.ts';
import type { Missed } from '../../contract/delivery.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import type { RgbPicture } from '../images/codec.ts';
import { readRecipe } from '../images/metadata/story.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { exportCutouts } from './cutouts.ts';
import { exportDrawings } from './drawings.ts';

/** A red square in the middle of a blue picture. */
function square(side = 48): RgbPicture {
  const data = new Uint8Array(side * side * 3);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    const isWithin = Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)) < side / 4;
    data.set(isWithin ? [220, 30, 30] : [40, 80, 230], pixel * 3);
  }
  return { width: side, height: side, data };
}

async function libraryOfShapes() {
  const library = await openTestLibrary();
  const plain = await library.writer.add(samplePortrait(0, { picture: square() }));
  const busy = await library.writer.add(samplePortrait(1, { picture: samplePicture(9, 48) }));
  const licenseOf = () => Promise.resolve('CC-BY-4.0');
  const parts = { reader: library.reader, codec: sharpCodec, licenseOf };
  return { plain: plain.id, busy: busy.id, parts, folder: await temporaryFolder() };
}

it('cuts portraits out that stand before a plain colour, and names the others', async () => {
  const { plain, busy, parts, folder } = await libraryOfShapes();
  const missed: Missed[] = [];
  const onMissed = (one: Missed) => missed.push(one);
  const options = EXPORT_DEFAULTS.cutouts;
  const files = await exportCutouts([busy, plain], folder, options, parts, { onMissed });
  expect(files).toEqual([path.join(folder, 'portrait 0 0.png')]);
  expect(missed).toEqual([
    { id: busy, error: expect.objectContaining({ code: 'picture-unsuitable' }) },
  ]);
  const { data, info } = await sharp(files[0]).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 48, height: 48, channels: 4 });
  expect(data[3]).toBe(0);
  expect([...data.subarray((24 * 48 + 24) * 4).subarray(0, 4)]).toEqual([220, 30, 30, 255]);
  expect(readRecipe(await readFile(files[0]!))).toMatchObject({ license: 'CC-BY-4.0' });

  const alone = exportCutouts([busy], path.join(folder, 'none'), options, parts);
  await expect(alone).rejects.toMatchObject({ code: 'picture-unsuitable' });
  expect(await readdir(path.join(folder, 'none'))).toEqual([]);
});

it('traces portraits as areas that look as they did, and says what made them', async () => {
  const { plain, parts, folder } = await libraryOfShapes();
  const options = { ...EXPORT_DEFAULTS.drawings, colours: 2 };
  const [file = ''] = await exportDrawings([plain], folder, options, parts);
  const svg = await readFile(file, 'utf8');
  expect(svg).toContain('<title>portrait 0</title>');
  expect(svg).toContain('CC-BY-4.0');
  expect(svg.match(/<path/g)?.length).toBeLessThan(6);
  const drawn = await sharp(file).resize(48, 48).removeAlpha().raw().toBuffer();
  const expected = square().data;
  const wrong = drawn.filter((value, i) => Math.abs(value - (expected[i] ?? 0)) > 40).length;
  expect(wrong / drawn.length).toBeLessThan(0.05);

  const quiet = { ...options, metadata: false, pattern: 'quiet' };
  const [bare = ''] = await exportDrawings([plain], folder, quiet, parts);
  expect(await readFile(bare, 'utf8')).not.toMatch(/portrait|CC-BY|Generated/);
});
