import { describe, expect, it } from 'vitest';
import { samplePicture } from '../../../../test/support/portraits.ts';
import { sharpCodec } from '../sharp-codec.ts';
import * as avif from './avif.ts';
import { exifBlock } from './exif.ts';
import { readComments } from './exif-comments.ts';
import { foreignTexts } from './foreign-texts.ts';
import * as jpeg from './jpeg.ts';
import { addTexts } from './png.ts';
import * as webp from './webp.ts';

const CONTAINERS = { jpeg, webp, avif } as const;
const FORMATS = ['jpeg', 'webp', 'avif'] as const;

it.each(FORMATS)('the user comment of a %s is read as parameters', async (format) => {
  const plain = await sharpCodec.encode(samplePicture(1), format);
  const told = CONTAINERS[format].addWords(plain, exifBlock('a fox 🦊\nSteps: 1'), {});
  const parameters = { keyword: 'parameters', text: 'a fox 🦊\nSteps: 1' };
  expect(foreignTexts(told)).toContainEqual(parameters);
  expect(foreignTexts(plain)).toEqual([]);
});

it.each(FORMATS)(
  'the EXIF of a %s is read in bounds, wherever it is cut or changed',
  async (format) => {
    const plain = await sharpCodec.encode(samplePicture(1), format);
    const told = CONTAINERS[format].addWords(plain, exifBlock('a fox'), {});
    for (let at = 0; at < told.length; at += 7) {
      foreignTexts(told.subarray(0, at));
      foreignTexts(told.with(at, 0xff));
    }
  },
);

it('texts of a PNG are told under their keywords, others and damaged ones are not', async () => {
  const png = await sharpCodec.encode(samplePicture(1), 'png');
  const told = addTexts(png, [
    { keyword: 'prompt', text: '{"1":{}}' },
    { keyword: 'Software', text: 'some' },
    { keyword: 'workflow', text: ' ' },
  ]);
  expect(foreignTexts(told)).toEqual([{ keyword: 'prompt', text: '{"1":{}}' }]);
  const at = Buffer.from(told).indexOf('{"1"');
  expect(foreignTexts(told.with(at, 0x20))).toEqual([]);
});

/** TIFF with one entry of text in the main directory, or of a user comment in that of EXIF. */
function block(tag: number, value: Buffer, isLittle: boolean): Buffer {
  const number = (size: 2 | 4, n: number) => {
    const bytes = Buffer.alloc(size);
    return isLittle
      ? (bytes.writeUIntLE(n, 0, size), bytes)
      : (bytes.writeUIntBE(n, 0, size), bytes);
  };
  const entry = (of: number, type: number, count: number, at: number) =>
    Buffer.concat([number(2, of), number(2, type), number(4, count), number(4, at)]);
  const directory = (one: Buffer) => Buffer.concat([number(2, 1), one, number(4, 0)]);
  const head = Buffer.concat([Buffer.from(isLittle ? 'II' : 'MM'), number(2, 42), number(4, 8)]);
  if (tag !== 0x9286)
    return Buffer.concat([head, directory(entry(tag, 2, value.length, 26)), value]);
  const exif = directory(entry(tag, 7, value.length, 44));
  return Buffer.concat([head, directory(entry(0x8769, 4, 1, 26)), exif, value]);
}

describe.each([true, false])('EXIF in little-endian: %s', (isLittle) => {
  const words = 'Steps: 20, naïve';
  const utf16le = Buffer.from(words, 'utf16le');
  it.each([
    ['UNICODE\0', utf16le],
    ['UNICODE\0', Buffer.from(utf16le).swap16()],
    ['ASCII\0\0\0', Buffer.from(`${words}\0`)],
    ['\0\0\0\0\0\0\0\0', Buffer.from(words)],
  ])('holds a comment as %j', (encoding, text) => {
    const comment = block(0x9286, Buffer.concat([Buffer.from(encoding), text]), isLittle);
    expect(readComments(comment).userComment).toBe(words);
  });

  it('holds the graphs of ComfyUI', () => {
    const model = block(0x0110, Buffer.from('prompt:{"1":{}}\0'), isLittle);
    expect(readComments(model).descriptions).toEqual(['prompt:{"1":{}}']);
  });
});
