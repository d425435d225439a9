import { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import {
  type PortraitStory,
  portraitStorySchema,
  type Recipe,
  recipeSchema,
  STORY_FORMAT,
  STORY_VERSION,
} from '../../../contract/export.ts';
import { addTexts, isPng, readTexts, removeTexts } from './png.ts';
import { type Provenance, xmpPacket } from './xmp.ts';

const STORY_KEYWORD = 'clip-flow-studio';
/** The keyword that other studios and picture browsers look for. */
const PARAMETERS_KEYWORD = 'parameters';
/** XMP specification part 3, section 1.1.5. */
const XMP_KEYWORD = 'XML:com.adobe.xmp';

/** Writes a portrait's story into its PNG: in full for us, in short for other programs. */
export function tellStory(png: Uint8Array, story: PortraitStory): Uint8Array<ArrayBuffer> {
  return addTexts(png, [
    { keyword: PARAMETERS_KEYWORD, text: parameters(story) },
    { keyword: STORY_KEYWORD, text: JSON.stringify(z.encode(portraitStorySchema, story)) },
    { keyword: XMP_KEYWORD, text: xmpPacket(story.generation) },
  ]);
}

/** Writes into a PNG no more than what made it and when: for frames, which are no portraits of a library. */
export function tellProvenance(png: Uint8Array, provenance: Provenance): Uint8Array<ArrayBuffer> {
  return addTexts(png, [{ keyword: XMP_KEYWORD, text: xmpPacket(provenance) }]);
}

/**
 * The portrait of a library as it leaves: with its recipe in place of its story. Others stay as they are.
 *
 * @param original the library's picture, which tells the story, where `png` was made from it
 */
export function tellRecipe(png: Uint8Array<ArrayBuffer>, original = png): Uint8Array<ArrayBuffer> {
  const recipe = readRecipe(original);
  if (!recipe) return png;
  return addTexts(removeTexts(png), [
    { keyword: PARAMETERS_KEYWORD, text: parameters(recipe) },
    { keyword: STORY_KEYWORD, text: JSON.stringify(z.encode(recipeSchema, recipe)) },
    { keyword: XMP_KEYWORD, text: xmpPacket({ prompt: recipe.generation.prompt }) },
  ]);
}

/**
 * What the picture file of a library says of its making; null for any picture that is not one of ours.
 *
 * @throws StudioError `metadata-malformed` when it is ours but damaged, altered, or from a newer studio
 */
export function readStory(picture: Uint8Array): PortraitStory | null {
  return read(picture, portraitStorySchema);
}

/** The same for any picture of ours, whether it comes from a library or from an export. */
export function readRecipe(picture: Uint8Array): Recipe | null {
  return read(picture, recipeSchema);
}

function read<T>(picture: Uint8Array, schema: z.ZodType<T>): T | null {
  if (!isPng(picture)) return null;
  for (const { keyword, text } of readTexts(picture)) {
    if (keyword === STORY_KEYWORD) return parse(text, schema);
  }
  return null;
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  try {
    const json: unknown = JSON.parse(text);
    refuseNewer(json);
    return schema.parse(json);
  } catch (thrown) {
    if (thrown instanceof StudioError) throw thrown;
    throw new StudioError(
      'metadata-malformed',
      'What this picture says of its making is damaged or was altered. The picture itself can still be used as a starting point.',
      { cause: thrown },
    );
  }
}

const headingSchema = z.object({ format: z.literal(STORY_FORMAT), version: z.int() });

function refuseNewer(json: unknown): void {
  const { version } = headingSchema.parse(json);
  if (version <= STORY_VERSION) return;
  throw new StudioError(
    'metadata-malformed',
    'This picture was made by a newer version of the studio. Update to restore its settings.',
  );
}

/** The prompt and one line of settings, in the form that began with AUTOMATIC1111's web UI. */
function parameters({ generation }: Recipe): string {
  const { prompt, seed, settings, width, height, pack, clipScore } = generation;
  const fields = {
    Steps: 1,
    Seed: seed,
    Size: `${width}x${height}`,
    Model: `${pack.id} ${pack.version}`,
    Truncation: settings.truncation,
    Temperature: settings.temperature,
    Gap: settings.gap,
    'CLIP score': clipScore?.toFixed(4) ?? null,
  };
  const line = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  return `${prompt}\n${line}`;
}
