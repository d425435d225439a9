import { describe, expect, it } from 'vitest';
import { samplePicture, samplePortrait } from '../../../../test/support/portraits.ts';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../../contract/export.ts';
import { createId, timeOfId } from '../../library/ids.ts';
import { sharpCodec } from '../sharp-codec.ts';
import { addTexts, readChunks, readTexts, removeTexts } from './png.ts';
import { readStory, tellStory } from './story.ts';
import { xmpPacket } from './xmp.ts';

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

const textsOf = (png: Uint8Array) =>
  new Map([...readTexts(png)].map(({ keyword, text }) => [keyword, text]));

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
    const texts = textsOf(tellStory(await blank(), sampleStory()));
    expect(texts.get('parameters')).toBe(
      'a woman with red hair\nSteps: 1, Seed: 7, Size: 24x24, Model: tiny 1.0.0, ' +
        'Truncation: 1, Temperature: 0.8, Gap: shift, CLIP score: 0.2500',
    );
    expect(texts.get('XML:com.adobe.xmp')).toContain(
      'DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"',
    );
    // Other studios would take it for a workflow of theirs.
    expect(texts.has('prompt')).toBe(false);
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
    expect([...readTexts(png)]).toEqual(texts);
  });
});

describe('an XMP packet', () => {
  it('escapes what XML would take for markup and drops what it cannot hold', () => {
    const xmp = xmpPacket({ prompt: '<b> & "q" \u0000\u0008 \ud800 🙂', createdAt: 0 });
    expect(xmp).toContain('&lt;b&gt; &amp; "q"  \ufffd 🙂</rdf:li>');
    expect(xmp).toContain('xmp:CreateDate="1970-01-01T00:00:00.000Z"');
  });
});
