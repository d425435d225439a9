import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startCpuTime } from '../../../../test/support/cpu-time.ts';
import { pngChunk } from '../../../../test/support/pictures.ts';
import { samplePicture, samplePortrait, sampleVector } from '../../../../test/support/portraits.ts';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../../contract/export.ts';
import { MAX_PROMPT_LENGTH } from '../../../contract/settings.ts';
import { createId, timeOfId } from '../../library/ids.ts';
import { sharpCodec } from '../sharp-codec.ts';
import { addTexts, findText, readChunks, readTextChunks, removeTexts } from './png.ts';
import { readRecipe, readStory, tellRecipe, tellStory } from './story.ts';
import { recipeIn, xmpPacket } from './xmp.ts';

function sampleStory(prompt = 'a woman with red hair'): PortraitStory {
  const id = createId();
  const { generation, latents, embedding } = samplePortrait(7, { generation: { prompt } });
  return {
    format: STORY_FORMAT,
    version: STORY_VERSION,
    generation: { ...generation, id, createdAt: timeOfId(id), width: 24, height: 24 },
    latents,
    embedding,
  };
}

const blank = () => sharpCodec.encode(samplePicture(1), 'png');

const textOf = (png: Uint8Array, keyword: string) =>
  findText(readTextChunks(png), keyword, 100_000);

const malformed = expect.objectContaining({ code: 'metadata-malformed' });

describe("a picture's story", () => {
  it.each(['plain words', 'naïve', '🙂 مرحبا 顔', 'two\nlines', ''])(
    'comes back number for number (prompt %j)',
    async (prompt) => {
      const story = sampleStory(prompt);
      const png = tellStory(await blank(), story);
      expect(readStory(png)).toEqual(story);
      expect(await sharpCodec.decode(png)).toEqual(await sharpCodec.decode(await blank()));
    },
  );

  it('is told to other programs in their own way', async () => {
    const png = tellStory(await blank(), sampleStory());
    expect(textOf(png, 'parameters')).toBe(
      'a woman with red hair\nSteps: 1, Seed: 7, Size: 24x24, Model: tiny 1.0.0, ' +
        'Truncation: 1, Temperature: 0.8, Gap: shift, CLIP score: 0.2500',
    );
    expect(textOf(png, 'XML:com.adobe.xmp')).toContain(
      'DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"',
    );
    // Other studios would take it for a workflow of theirs.
    expect(textOf(png, 'prompt')).toBeNull();
  });

  it('is the same bytes for the same story', async () => {
    const story = sampleStory();
    expect(tellStory(await blank(), story)).toEqual(tellStory(await blank(), story));
  });

  it('is null for other pictures and for no pictures', async () => {
    expect(readStory(await blank())).toBeNull();
    expect(readStory(await sharpCodec.encode(samplePicture(1), 'webp'))).toBeNull();
    expect(readStory(new Uint8Array())).toBeNull();
  });

  it('can be taken out whole', async () => {
    const png = tellStory(await blank(), sampleStory('secret words'));
    const stripped = removeTexts(png);
    expect(stripped).toEqual(await blank());
    expect(Buffer.from(stripped).includes('secret')).toBe(false);
  });

  it('is refused when altered', async () => {
    const told = JSON.stringify({ format: STORY_FORMAT, version: STORY_VERSION, generation: {} });
    for (const text of ['no JSON', '{}', told]) {
      const png = addTexts(await blank(), [{ keyword: 'clip-flow-studio', text }]);
      expect(() => readStory(png)).toThrow(malformed);
    }
  });

  it('is refused with the reason when a newer studio told it', async () => {
    const text = JSON.stringify({ format: STORY_FORMAT, version: STORY_VERSION + 1 });
    const png = addTexts(await blank(), [{ keyword: 'clip-flow-studio', text }]);
    expect(() => readStory(png)).toThrow(/newer version/);
  });

  it('is refused when a bit of it has flipped or the end is missing', async () => {
    const png = tellStory(await blank(), sampleStory());
    const flipped = png.slice();
    flipped[200] = (flipped[200] ?? 0) ^ 1;
    expect(() => readStory(flipped)).toThrow(malformed);
    expect(() => readStory(png.subarray(0, 300))).toThrow(malformed);
  });
});

/** A chunk of text in each of the forms that programs write. */
const TEXT_FORMS: Record<string, (keyword: string, text: string) => Buffer> = {
  tEXt: (keyword, text) => pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1')),
  zTXt: (keyword, text) =>
    pngChunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(text)])),
  'plain iTXt': (keyword, text) =>
    pngChunk('iTXt', Buffer.from(`${keyword}\0\0\0en\0word\0${text}`)),
  'compressed iTXt': (keyword, text) =>
    pngChunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`), deflateSync(text)])),
};

/** A blank PNG with chunks put in at the beginning, or before the end. */
async function blankWith(chunks: readonly Buffer[], at: 'begin' | 'end' = 'begin') {
  const png = await blank();
  const cut = at === 'begin' ? 33 : png.length - 12;
  return Buffer.concat([png.subarray(0, cut), ...chunks, png.subarray(cut)]);
}

describe('a recipe that other programs wrote again', () => {
  it.each(Object.entries(TEXT_FORMS))('is read from %s, wherever it stands', async (_, form) => {
    const story = sampleStory('🙂 مرحبا "顔" naïve');
    const text = textOf(tellStory(await blank(), story), 'clip-flow-studio') ?? '';
    for (const at of ['begin', 'end'] as const) {
      expect(readStory(await blankWith([form('clip-flow-studio', text)], at))).toEqual(story);
    }
  });

  it.each(Object.entries(TEXT_FORMS))(
    'is ignored with the reason beyond 1 MB in %s',
    async (_, form) => {
      const wrong = JSON.stringify({ ...sampleStory(), more: '1,'.repeat(1_000_000) });
      const png = await blankWith([form('clip-flow-studio', wrong)]);
      expect(() => readRecipe(png)).toThrow(/larger than 1 MB/);
      expect(() => readRecipe(png)).toThrow(malformed);
    },
  );

  it('is not unpacked further than it is read', async () => {
    const bomb = deflateSync(Buffer.alloc(300_000_000));
    const zipped = Buffer.concat([Buffer.from('clip-flow-studio\0\0'), bomb]);
    const png = await blankWith([pngChunk('zTXt', zipped)]);
    const before = process.resourceUsage().maxRSS;
    expect(() => readRecipe(png)).toThrow(/larger than 1 MB/);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000);
  });

  it.each([
    ['wrong parents', { parents: new Array(300_000).fill(1) }],
    ['wrong edits', { source: { kind: 'edit', edits: new Array(300_000).fill({}) } }],
    [
      'wrong key-frames',
      { source: { kind: 'timeline', timeline: { keys: new Array(300_000).fill(0) } } },
    ],
    ['nothing but depth', JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`)],
  ])('is refused at once with %s', async (_, generation) => {
    const text = JSON.stringify({ ...sampleStory(), generation });
    const png = await blankWith([TEXT_FORMS['tEXt']!('clip-flow-studio', text)]);
    const cpuTime = startCpuTime();
    expect(() => readRecipe(png)).toThrow(malformed);
    expect(cpuTime()).toBeLessThan(2_000);
  });

  it('is not looked for behind the end, nor among more chunks than there can be', async () => {
    const told = TEXT_FORMS['tEXt']!('clip-flow-studio', 'no JSON');
    expect(readRecipe(Buffer.concat([await blank(), told]))).toBeNull();
    const empty = pngChunk('teSt', Buffer.alloc(0));
    const flood = Buffer.alloc(empty.length * 500_000).fill(empty);
    expect(readRecipe(await blankWith([flood, told]))).toBeNull();
  });

  it.each([
    ['length', (told: Buffer) => told.writeUInt32BE(0xffff_ffff)],
    ['checksum', (told: Buffer) => told.writeUInt32BE(1, told.length - 4)],
  ])('is refused in a chunk whose %s lies', async (_, lie) => {
    const told = TEXT_FORMS['tEXt']!('clip-flow-studio', '{}');
    lie(told);
    const png = await blankWith([told]);
    expect(() => readRecipe(png)).toThrow(malformed);
  });
});

describe.each(['jpeg', 'webp', 'avif'] as const)('a %s', (format) => {
  const plain = () => sharpCodec.encode(samplePicture(1), format);
  const told = async (story: PortraitStory) =>
    tellRecipe(await plain(), { original: tellStory(await blank(), story) });

  it('tells the recipe of its portrait, and shows the same pixels', async () => {
    const picture = await told(sampleStory('🙂 <b>naïve</b> & "顔"\n\u0000'));
    const png = tellRecipe(tellStory(await blank(), sampleStory('🙂 <b>naïve</b> & "顔"\n\u0000')));
    expect(readRecipe(picture)).toEqual(readRecipe(png));
    expect(await sharpCodec.decode(picture)).toEqual(await sharpCodec.decode(await plain()));
    expect(readRecipe(await plain())).toBeNull();
  });

  it('has room for the longest recipe there is', async () => {
    const key = (n: number) => ({
      anchor: { kind: 'prompt' as const, prompt: '顔'.repeat(MAX_PROMPT_LENGTH), seed: n },
      ...{ path: 'clip' as const, easing: 'linear' as const, seconds: 1 },
    });
    const story = sampleStory();
    const long: PortraitStory = {
      ...story,
      latents: { ...samplePortrait(7).latents, w: sampleVector(1, 18 * 512) },
      generation: {
        ...story.generation,
        source: {
          ...{ kind: 'timeline', at: 1, segment: 0, position: 0.5 },
          timeline: {
            keys: Array.from({ length: 64 }, (_, n) => key(n)),
            ...{ loop: true, even: true, settings: {} },
          },
        },
      },
    };
    const recipe = readRecipe(await told(long));
    expect(recipe?.generation.source).toEqual(long.generation.source);
    expect(recipe?.latents).toEqual(long.latents);
  });

  it('is read in bounded time, whatever becomes of its bytes', async () => {
    const picture = await told(sampleStory());
    for (let at = 0; at < 400; at += 1) {
      const altered = picture.slice();
      altered.fill(0xff, at, at + 4);
      try {
        readRecipe(altered.subarray(0, picture.length - at));
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'metadata-malformed' });
      }
    }
  });
});

describe('a JPEG whose recipe takes several parts', () => {
  async function longJpeg(): Promise<Uint8Array> {
    const story = sampleStory();
    const long = {
      ...story,
      latents: { ...samplePortrait(7).latents, w: sampleVector(1, 40 * 512) },
    };
    const jpeg = await sharpCodec.encode(samplePicture(1), 'jpeg');
    return tellRecipe(jpeg, { original: tellStory(await blank(), long) });
  }

  it('is read whole', async () => {
    expect(readRecipe(await longJpeg())?.latents?.w).toEqual(sampleVector(1, 40 * 512));
  });

  it('is refused when a bit of it has flipped or a part is gone', async () => {
    const jpeg = Buffer.from(await longJpeg());
    const flipped = Buffer.from(jpeg);
    const at = jpeg.indexOf('"w":"') + 1_000;
    flipped[at] = jpeg[at] === 65 ? 66 : 65;
    expect(() => readRecipe(flipped)).toThrow(malformed);
    const last = jpeg.lastIndexOf('http://ns.adobe.com/xmp/extension/') - 4;
    const rest = jpeg.subarray(last + 2 + jpeg.readUInt16BE(last + 2));
    expect(() => readRecipe(Buffer.concat([jpeg.subarray(0, last), rest]))).toThrow(malformed);
  });
});

describe('PNG chunks', () => {
  it('put texts behind the header and leave the others as they were', async () => {
    const before = [...readChunks(await blank())].map(({ type }) => type);
    const texts = [
      { keyword: 'a', text: 'latin ÿ' },
      { keyword: 'b', text: 'more 顔' },
    ];
    const png = addTexts(await blank(), texts);
    expect([...readChunks(png)].map(({ type }) => type)).toEqual([
      'IHDR',
      'tEXt',
      'iTXt',
      ...before.slice(1),
    ]);
    expect(texts.map(({ keyword }) => textOf(png, keyword))).toEqual(texts.map(({ text }) => text));
  });
});

describe('an XMP packet', () => {
  it('escapes what XML would take for markup and drops what it cannot hold', () => {
    const xmp = xmpPacket({ prompt: '<b> & "q" \u0000\u0008 \ud800 🙂', createdAt: 0 });
    expect(xmp).toContain('&lt;b&gt; &amp; "q"  \ufffd 🙂</rdf:li>');
    expect(xmp).toContain('xmp:CreateDate="1970-01-01T00:00:00.000Z"');
  });

  it.each([
    ['an element', '<ours:recipe>{&quot;a&#34;:&lt;}</ours:recipe>'],
    ['an element with an attribute', '<ours:recipe xml:lang="x">{"a":&lt;}</ours:recipe>'],
  ])('gives the recipe back from %s under another prefix', (_, element) => {
    const packet = `<rdf:Description xmlns:ours='urn:clip-flow-studio:xmp#'>${element}`;
    expect(recipeIn(Buffer.from(packet))).toBe('{"a":<}');
  });

  it('gives the recipe back from an attribute, and null where there is none', () => {
    const packet = `<rdf:Description xmlns:a="urn:clip-flow-studio:xmp#" a:recipe='{"b":1}'/>`;
    expect(recipeIn(Buffer.from(packet))).toBe('{"b":1}');
    expect(recipeIn(Buffer.from('<x xmlns:a="urn:clip-flow-studio:xmp#"/>'))).toBeNull();
    expect(recipeIn(Buffer.from('<x/>'))).toBeNull();
  });
});
