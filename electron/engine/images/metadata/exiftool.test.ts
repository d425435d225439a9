import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keptPng } from '../../../../test/support/kept-png.ts';
import { temporaryFolder } from '../../../../test/support/library.ts';
import { samplePicture } from '../../../../test/support/portraits.ts';
import { pictureFormatSchema } from '../../../contract/formats.ts';
import { sharpCodec } from '../sharp-codec.ts';
import { tellRecipe } from './story.ts';

const program = createRequire(import.meta.url).resolve('exiftool-vendored.pl/bin/exiftool');
const isThere = spawnSync('perl', [program, '-ver']).status === 0;
if (!isThere) {
  console.warn('SKIPPED: there is no perl, so what exiftool reads of exports is not tested.');
}

const PROMPT = 'a naïve 🙂 <b> & "顔"';
const LICENSE = 'NVIDIA Source Code License (non-commercial)';

async function exported(format: z.infer<typeof pictureFormatSchema>): Promise<string> {
  const plain = await sharpCodec.encode(samplePicture(7), format);
  const file = path.join(await temporaryFolder(), `portrait.${format}`);
  await writeFile(file, tellRecipe(plain, { original: await keptPng(PROMPT), license: LICENSE }));
  return file;
}

function exiftool(file: string, ...tags: string[]): Record<string, unknown> {
  const asked = [program, '-json', '-G', '-Warning', '-Error', ...tags, file];
  const { stdout } = spawnSync('perl', asked);
  return z.tuple([z.record(z.string(), z.unknown())]).parse(JSON.parse(stdout.toString()))[0];
}

describe.runIf(isThere)('exiftool', () => {
  it.each(pictureFormatSchema.options)(
    'reads what a %s says, without a warning',
    async (format) => {
      const found = exiftool(
        await exported(format),
        '-XMP:all',
        '-UserComment',
        '-Parameters',
        '-Copyright',
      );
      expect(found).not.toHaveProperty('ExifTool:Warning');
      expect(found).not.toHaveProperty('ExifTool:Error');
      expect(found).toMatchObject({
        'XMP:Description': PROMPT,
        'XMP:Rights': LICENSE,
        'XMP:UsageTerms': LICENSE,
        [format === 'png' ? 'PNG:Copyright' : 'EXIF:Copyright']: LICENSE,
        'XMP:DigitalSourceType': expect.stringContaining('trainedAlgorithmicMedia'),
      });
      const parameters = found[format === 'png' ? 'PNG:Parameters' : 'EXIF:UserComment'];
      expect(parameters).toMatch(/^a naïve.*\n?.*Steps: 1, Seed: 7, Size: 24x24, Model: tiny/s);
    },
  );

  it.each(['jpeg', 'webp', 'avif'] as const)('finds the recipe of a %s', async (format) => {
    const found = exiftool(await exported(format), '-XMP:Recipe');
    expect(JSON.stringify(found)).toContain('clip-flow-studio/portrait');
  });
});
