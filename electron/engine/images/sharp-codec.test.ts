import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture } from '../../../test/support/portraits.ts';
import type { RgbPicture } from './codec.ts';
import { sharpCodec } from './sharp-codec.ts';

/** A 2 × 1 picture: red, then blue. */
const RED_BLUE: RgbPicture = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };

function fromRgb({ width, height, data }: RgbPicture) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A PNG whose header promises a size that its data does not hold. */
async function pngOfSize(width: number, height: number): Promise<Buffer> {
  const png = await fromRgb(RED_BLUE).png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

describe('decoding', () => {
  it('reads every common format by bytes and by path', async () => {
    const picture = samplePicture(1, 6, 4);
    const folder = await temporaryFolder();
    for (const format of ['png', 'webp', 'tiff', 'gif', 'jpeg', 'avif'] as const) {
      const bytes = await fromRgb(picture).toFormat(format).toBuffer();
      const file = path.join(folder, `picture.${format}`);
      await writeFile(file, bytes);
      const decoded = await sharpCodec.decode(bytes);
      expect([format, decoded.width, decoded.height]).toEqual([format, 6, 4]);
      expect(decoded.data).toHaveLength(6 * 4 * 3);
      expect(await sharpCodec.decode(file)).toEqual(decoded);
    }
  });

  it('turns a picture upright', async () => {
    const sideways = await fromRgb(RED_BLUE).withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, data } = await sharpCodec.decode(sideways);
    expect([width, height, ...data]).toEqual([1, 2, 255, 0, 0, 0, 0, 255]);
  });

  it('lays transparency on white', async () => {
    const clear = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255);
    const png = await sharp(clear, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await sharpCodec.decode(png)).data]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  it('brings grey, 16-bit and CMYK pictures to RGB8', async () => {
    const grey = await fromRgb(samplePicture(1)).toColourspace('b-w').png().toBuffer();
    const deep = await fromRgb(RED_BLUE).toColourspace('rgb16').png().toBuffer();
    const cmyk = await fromRgb(samplePicture(1)).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharpCodec.decode(grey)).data).toHaveLength(24 * 24 * 3);
    expect([...(await sharpCodec.decode(deep)).data]).toEqual([255, 0, 0, 0, 0, 255]);
    expect((await sharpCodec.decode(cmyk)).data).toHaveLength(24 * 24 * 3);
  });

  it('brings 16 bits with a profile of their own to sRGB', async () => {
    for (const profile of ['srgb', 'p3']) {
      const deep = fromRgb(RED_BLUE).toColourspace('rgb16').withIccProfile(profile);
      const { data } = await sharpCodec.decode(await deep.png().toBuffer());
      const wrong = [255, 0, 0, 0, 0, 255].map((value, i) => Math.abs(value - data[i]!));
      expect(Math.max(...wrong), profile).toBeLessThanOrEqual(2);
    }
  });

  it('takes the first frame of an animation', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'moving.webp');
    const frames = [samplePicture(1), samplePicture(120)];
    await sharpCodec.animate(frames, file, { format: 'webp', frameMs: 40 });
    expect((await sharpCodec.decode(file)).height).toBe(24);
  });

  it('scales down to a longest side, and never up', async () => {
    const png = await sharpCodec.encode(samplePicture(1, 40, 20), 'png');
    expect(await sharpCodec.decode(png, 10)).toMatchObject({ width: 10, height: 5 });
    expect(await sharpCodec.decode(png, 100)).toMatchObject({ width: 40, height: 20 });
  });

  it('refuses 30,000 × 30,000 pixels by the header alone', async () => {
    await expect(sharpCodec.decode(await pngOfSize(30_000, 30_000))).rejects.toMatchObject({
      code: 'picture-too-large',
      details: { width: 30_000, height: 30_000 },
    });
  });

  it('refuses a file of 200 MB unread', async () => {
    const file = path.join(await temporaryFolder(), 'huge.png');
    await writeFile(file, '');
    await truncate(file, 200_000_000);
    await expect(sharpCodec.decode(file)).rejects.toMatchObject({ code: 'picture-too-large' });
  });

  it.each([
    ['text', 'this is no picture'],
    ['nothing', ''],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ])('refuses %s named .png', async (_, content) => {
    const file = path.join(await temporaryFolder(), 'picture.png');
    await writeFile(file, content);
    await expect(sharpCodec.decode(file)).rejects.toMatchObject({ code: 'picture-unreadable' });
    await expect(sharpCodec.decode(Buffer.from(content))).rejects.toMatchObject({
      code: 'picture-unreadable',
    });
  });

  it('refuses a picture that is cut off', async () => {
    const png = await sharpCodec.encode(samplePicture(1, 64), 'png');
    await expect(sharpCodec.decode(png.subarray(0, png.length / 2))).rejects.toMatchObject({
      code: 'picture-unreadable',
    });
  });

  it('says when there is no such file, or it is a folder', async () => {
    const folder = await temporaryFolder();
    await expect(sharpCodec.decode(path.join(folder, 'none.png'))).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await expect(sharpCodec.decode(folder)).rejects.toMatchObject({ code: 'picture-unreadable' });
  });
});

describe('encoding', () => {
  it('gives the same bytes for the same pixels, and PNG gives the pixels back', async () => {
    const picture = samplePicture(5, 33, 21);
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await sharpCodec.encode(picture, format);
      expect(await sharpCodec.encode(samplePicture(5, 33, 21), format)).toEqual(bytes);
      expect((await sharp(bytes).metadata()).format).toBe(format);
    }
    const png = await sharpCodec.encode(picture, 'png');
    expect(Buffer.from((await sharpCodec.decode(png)).data)).toEqual(Buffer.from(picture.data));
  });

  it('puts XMP into JPEG and WebP', async () => {
    for (const format of ['jpeg', 'webp'] as const) {
      const bytes = await sharpCodec.encode(RED_BLUE, format, { xmp: '<x:xmpmeta/>' });
      expect((await sharp(bytes).metadata()).xmpAsString).toBe('<x:xmpmeta/>');
    }
  });
});

describe('animating', () => {
  it.each(['webp', 'gif'] as const)('writes an endless %s of all frames', async (format) => {
    const file = path.join(await temporaryFolder(), `moving.${format}`);
    let taken = 0;
    async function* frames() {
      for (let n = 0; n < 5; n += 1) yield samplePicture(n * 40);
    }
    await sharpCodec.animate(frames(), file, { format, frameMs: 40, onFrame: () => (taken += 1) });
    const { pages, delay, loop, width, pageHeight } = await sharp(file, {
      animated: true,
    }).metadata();
    expect({ pages, delay, loop, width, pageHeight }).toEqual({
      pages: 5,
      delay: [40, 40, 40, 40, 40],
      loop: 0,
      width: 24,
      pageHeight: 24,
    });
    expect(taken).toBe(5);
  });

  it.each([
    ['webp', 24, 500],
    ['gif', 30, 400],
  ] as const)('times a %s of %i frames a second right on the whole', async (format, fps, all) => {
    const file = path.join(await temporaryFolder(), `moving.${format}`);
    const frames = Array.from({ length: 12 }, (_, n) => samplePicture(n * 20));
    await sharpCodec.animate(frames, file, { format, frameMs: 1_000 / fps });
    const { delay = [] } = await sharp(file, { animated: true }).metadata();
    expect(delay.reduce((sum, ms) => sum + ms)).toBe(all);
    expect(Math.max(...delay) - Math.min(...delay)).toBeLessThanOrEqual(10);
  });

  it('joins frames that stand in files to the same bytes', async () => {
    const folder = await temporaryFolder();
    const [drawn, joined] = ['drawn.webp', 'joined.webp'].map((name) => path.join(folder, name));
    const frames = [samplePicture(1), samplePicture(120)];
    const files = await Promise.all(
      frames.map(async (frame, i) => {
        const file = path.join(folder, `${i}.png`);
        await writeFile(file, await sharpCodec.encode(frame, 'png'));
        return file;
      }),
    );
    const options = { format: 'webp', frameMs: 40 } as const;
    await sharpCodec.animate(frames, drawn!, options);
    await sharpCodec.join(files, joined!, options);
    expect(await readFile(joined!)).toEqual(await readFile(drawn!));
    await expect(sharpCodec.join([], joined!, options)).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('stops in the middle of joining', async () => {
    const folder = await temporaryFolder();
    const [file, joined] = ['large.png', 'joined.gif'].map((name) => path.join(folder, name));
    await writeFile(file!, await sharpCodec.encode(samplePicture(1, 1_000), 'png'));
    const abort = new AbortController();
    const work = sharpCodec.join(
      Array.from({ length: 1_000 }, () => file!),
      joined!,
      { format: 'gif', frameMs: 40, signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 1_000);
    // To the end it takes minutes.
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuses no frames, and frames of several sizes', async () => {
    const file = path.join(await temporaryFolder(), 'moving.webp');
    const options = { format: 'webp', frameMs: 40 } as const;
    for (const frames of [[], [samplePicture(1), samplePicture(1, 25)]]) {
      await expect(sharpCodec.animate(frames, file, options)).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });
});
