import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { startCpuTime } from '../../../test/support/cpu-time.ts';
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

/** The beginning of an ISO base media file: its own kind, and another it can be read as. */
function ftyp(own: string, other: string): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from(`ftyp${own}\0\0\0\0${other}`)]);
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

  it('unpacks none of the texts of a PNG, of which 2 MB hold 2 GB', async () => {
    const png = await fromRgb(RED_BLUE).png().toBuffer();
    const bomb = Buffer.concat([Buffer.from('zTXtComment\0\0'), deflateSync(Buffer.alloc(5e6))]);
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(bomb.length - 4);
    numbers.writeUInt32BE(crc32(bomb), 4);
    const chunk = [numbers.subarray(0, 4), bomb, numbers.subarray(4)];
    const bombs = Array.from({ length: 400 }, () => chunk).flat();
    const [head, rest] = [png.subarray(0, 33), png.subarray(33)];
    const cpuTime = startCpuTime();
    expect(await sharpCodec.decode(Buffer.concat([head, ...bombs, rest]))).toEqual(RED_BLUE);
    expect(cpuTime()).toBeLessThan(1_000);
    // One that lost its end with them is refused as any other.
    const cut = Buffer.concat([head, ...bombs, rest.subarray(0, 20)]);
    await expect(sharpCodec.decode(cut)).rejects.toMatchObject({ code: 'picture-unreadable' });
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

  it.each([
    ['HEIC', 'heic', ftyp('heic', 'mif1'), /JPEG/],
    ['HEIF under another first name', 'heic', ftyp('mif1', 'heic'), /JPEG/],
    ['BMP', 'bmp', Buffer.concat([Buffer.from('BM'), Buffer.alloc(12), Buffer.from([40])]), /PNG/],
    ['JPEG XL', 'jxl', Buffer.from([0xff, 0x0a, 0, 0]), /PNG/],
    ['JPEG XL in boxes', 'jxl', Buffer.from('0000000c4a584c200d0a870a', 'hex'), /PNG/],
    ['JPEG 2000', 'jp2', Buffer.from('0000000c6a5020200d0a870a', 'hex'), /PNG/],
    ['icon', 'ico', Buffer.from([0, 0, 1, 0, 2, 0]), /PNG/],
    ['SVG', 'svg', Buffer.from('<?xml version="1.0"?>\n<svg width="9"/>'), /drawing/],
    ['PDF', 'pdf', Buffer.from('%PDF-1.7'), /export/],
    ['Photoshop', 'psd', Buffer.from('8BPS\0\x01'), /export/],
    ['raw', 'raw', Buffer.from('FUJIFILMCCD-RAW 0201'), /Develop/],
    ['web page', 'html', Buffer.from('<!DOCTYPE html><html>'), /web page/],
    ['film', 'video', ftyp('isom', 'mp42'), /film/],
    ['archive', 'zip', Buffer.from('PK\x03\x04'), /archive/],
    ['nothing', 'empty', Buffer.alloc(0), /empty/],
  ])('says of a %s what it is and what to do', async (_, format, bytes, words) => {
    const file = path.join(await temporaryFolder(), 'photo.jpg');
    await writeFile(file, bytes);
    for (const source of [file, bytes]) {
      await expect(sharpCodec.decode(source)).rejects.toMatchObject({
        code: 'picture-unreadable',
        message: expect.stringMatching(words),
        details: { format },
      });
    }
  });

  it('takes a TGA for no icon, though it begins as one of no pictures', async () => {
    const tga = Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    await expect(sharpCodec.decode(tga)).rejects.not.toThrow(/icon/);
  });

  it('reads by content what has the wrong name', async () => {
    const file = path.join(await temporaryFolder(), 'photo.heic');
    await writeFile(file, await fromRgb(RED_BLUE).webp().toBuffer());
    expect(await sharpCodec.decode(file)).toMatchObject({ width: 2, height: 1 });
  });

  it('reads a phone photo of 108 megapixels when it is scaled down, and tells its size', async () => {
    const side = { width: 12_000, height: 9_000 };
    const photo = await sharp({
      create: { ...side, channels: 3, background: 'teal' },
      limitInputPixels: false,
    })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await sharpCodec.decode(photo, 64)).toMatchObject({ width: 48, height: 64 });
    expect(await sharpCodec.measure(photo)).toEqual({ width: 9_000, height: 12_000 });
    await expect(sharpCodec.decode(photo)).rejects.toMatchObject({ code: 'picture-too-large' });
  });

  it.each([
    ['a JPEG', (picture: RgbPicture) => fromRgb(picture).jpeg()],
    ['a progressive JPEG', (picture: RgbPicture) => fromRgb(picture).jpeg({ progressive: true })],
    ['a GIF', (picture: RgbPicture) => fromRgb(picture).gif()],
  ])('reads %s that lost its end, as viewers do', async (_, encode) => {
    const whole = await encode(samplePicture(1, 200)).toBuffer();
    const { data } = await sharpCodec.decode(whole);
    const ends = [1, 2, Math.ceil(whole.length / 50)];
    for (const end of ends) {
      const read = await sharpCodec.decode(whole.subarray(0, whole.length - end));
      expect(Buffer.from(read.data.subarray(0, 60_000))).toEqual(
        Buffer.from(data.subarray(0, 60_000)),
      );
    }
  });

  it.each(['grey', 'red'])('knows an even %s from what is missing', async (background) => {
    const even = await sharp({ create: { width: 99, height: 99, channels: 3, background } })
      .jpeg()
      .toBuffer();
    await expect(sharpCodec.decode(even.subarray(0, -2))).resolves.toMatchObject({ width: 99 });
  });

  it('refuses a picture of millions of empty parts unread', async () => {
    const jpeg = await fromRgb(RED_BLUE).jpeg().toBuffer();
    const parts = Buffer.alloc(4_000_000).fill(Buffer.from([0xff, 0xe2, 0, 2]));
    const flood = Buffer.concat([jpeg.subarray(0, 2), parts, jpeg.subarray(2)]);
    await expect(sharpCodec.decode(flood)).rejects.toMatchObject({ code: 'picture-unreadable' });
  });

  it.each(['png', 'jpeg'] as const)('refuses half of a %s', async (format) => {
    const bytes = await sharpCodec.encode(samplePicture(1, 64), format);
    await expect(sharpCodec.decode(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({
      code: 'picture-unreadable',
      details: { format },
    });
  });

  it('keeps the colours of CMYK, deep grey and palettes', async () => {
    const red = fromRgb({
      width: 8,
      height: 8,
      data: new Uint8Array(192).map((_, i) => (i % 3 ? 0 : 255)),
    });
    const cmyk = await sharpCodec.decode(await red.clone().toColourspace('cmyk').jpeg().toBuffer());
    expect(cmyk.data[0]).toBeGreaterThan(200);
    expect(Math.max(cmyk.data[1] ?? 0, cmyk.data[2] ?? 0)).toBeLessThan(60);
    const palette = await sharpCodec.decode(await red.clone().png({ palette: true }).toBuffer());
    expect([...palette.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    const ramp = samplePicture(1);
    const grey = await sharpCodec.decode(await fromRgb(ramp).toColourspace('b-w').png().toBuffer());
    const deep = await sharpCodec.decode(
      await fromRgb(ramp).toColourspace('grey16').png().toBuffer(),
    );
    const wrong = grey.data.map((value, i) => Math.abs(value - (deep.data[i] ?? 0)));
    expect(Math.max(...wrong)).toBeLessThanOrEqual(2);
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
    for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
      const bytes = await sharpCodec.encode(picture, format);
      expect(await sharpCodec.encode(samplePicture(5, 33, 21), format)).toEqual(bytes);
      const { format: read } = await sharp(bytes).metadata();
      expect(read).toBe(format === 'avif' ? 'heif' : format);
    }
    const png = await sharpCodec.encode(picture, 'png');
    expect(Buffer.from((await sharpCodec.decode(png)).data)).toEqual(Buffer.from(picture.data));
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
