import { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import {
  type Enlargement,
  type PortraitStory,
  portraitStorySchema,
  type Recipe,
  recipeSchema,
  STORY_FORMAT,
  STORY_VERSION,
} from '../../../contract/export.ts';
import { containerOf } from './containers.ts';
import { exifBlock } from './exif.ts';
import { foreignTexts } from './foreign-texts.ts';
import { MAX_STORY_BYTES, MAX_XMP_BYTES, tooLarge } from './limits.ts';
import {
  addTexts,
  findText,
  isPng,
  type PngText,
  readChunks,
  readTextChunks,
  removeTexts,
  XMP_KEYWORD,
} from './png.ts';
import { type Provenance, recipeIn, type Statement, xmpPacket } from './xmp.ts';

const STORY_KEYWORD = 'clip-flow-studio';
/** The keyword that other studios and picture browsers look for. */
const PARAMETERS_KEYWORD = 'parameters';
/** PNG 1.2, section 4.2.3.1. */
const COPYRIGHT_KEYWORD = 'Copyright';

/**
 * Writes a portrait's story into its PNG: in full for us, in short for other programs. A picture that was brought
 * in says in short what it said before.
 *
 * @param before what it said (`foreign-texts.ts`)
 */
export function tellStory(
  png: Uint8Array,
  story: PortraitStory,
  before: readonly PngText[] = [],
): Uint8Array<ArrayBuffer> {
  const told = { keyword: STORY_KEYWORD, text: toAscii(z.encode(portraitStorySchema, story)) };
  if (!isDrawn(story)) return addTexts(png, [told, ...before]);
  return addTexts(png, [
    { keyword: PARAMETERS_KEYWORD, text: parameters(story) },
    told,
    { keyword: XMP_KEYWORD, text: xmpPacket(story.generation) },
  ]);
}

/** Whether a pack drew it, of which the studio can tell other programs. */
function isDrawn({ generation }: Pick<Recipe, 'generation'>): boolean {
  return generation.source.kind !== 'import';
}

/** Writes into a picture no more than what made it and when: for frames, which are no portraits of a library. */
export function tellProvenance(
  picture: Uint8Array<ArrayBuffer>,
  provenance: Provenance,
): Uint8Array<ArrayBuffer> {
  if (!isPng(picture)) return addTo(picture, null, provenance);
  return addTexts(picture, [{ keyword: XMP_KEYWORD, text: xmpPacket(provenance) }]);
}

export interface TellOptions {
  /** The library's picture, which tells the story, where `picture` was made from it. */
  readonly original?: Uint8Array<ArrayBuffer>;
  /** Of the pack that drew it. */
  readonly license?: string | undefined;
  /** How it became larger than it was drawn. */
  readonly enlarged?: Enlargement | undefined;
}

/**
 * The portrait of a library as it leaves: with its recipe in place of its story. Others stay as they are.
 */
export function tellRecipe(
  picture: Uint8Array<ArrayBuffer>,
  { original = picture, license, enlarged }: TellOptions = {},
): Uint8Array<ArrayBuffer> {
  const found = readRecipe(original);
  if (!found) return picture;
  const recipe: Recipe = {
    ...found,
    ...(license !== undefined && { license }),
    ...(enlarged && { enlarged }),
  };
  const { prompt } = recipe.generation;
  const text = toAscii(z.encode(recipeSchema, recipe));
  if (!isDrawn(recipe)) return tellOfImport(picture, text, foreignTexts(original));
  const short = parameters(recipe);
  if (!isPng(picture)) {
    return addTo(picture, exifBlock(short, license), { prompt, license, recipe: text });
  }
  return addTexts(removeTexts(picture), [
    { keyword: PARAMETERS_KEYWORD, text: short },
    { keyword: STORY_KEYWORD, text },
    ...(license === undefined ? [] : [{ keyword: COPYRIGHT_KEYWORD, text: license }]),
    { keyword: XMP_KEYWORD, text: xmpPacket({ prompt, license }) },
  ]);
}

/** No program but those that said it before is told anything. */
function tellOfImport(
  picture: Uint8Array<ArrayBuffer>,
  recipe: string,
  before: readonly PngText[],
): Uint8Array<ArrayBuffer> {
  if (isPng(picture)) {
    return addTexts(removeTexts(picture), [{ keyword: STORY_KEYWORD, text: recipe }, ...before]);
  }
  const short = before.find(({ keyword }) => keyword === PARAMETERS_KEYWORD);
  return addTo(picture, short ? exifBlock(short.text) : null, { recipe });
}

function addTo(picture: Uint8Array<ArrayBuffer>, exif: Uint8Array | null, statement: Statement) {
  return containerOf(picture)?.addWords(picture, exif, statement) ?? picture;
}

/** JSON that no other program can break by taking it for another encoding or by leaving characters out. */
function toAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * What the picture file of a library says of its making; null for any picture that is not one of ours.
 *
 * @throws StudioError `metadata-malformed` when it is ours but damaged, altered, or from a newer studio
 */
export function readStory(picture: Uint8Array): PortraitStory | null {
  if (!isPng(picture)) return null;
  const text = findText(readChunks(picture), STORY_KEYWORD, MAX_STORY_BYTES);
  return text === null ? null : parse(text, portraitStorySchema);
}

/** The same for any picture of ours, from a library or an export, and whatever format it has come to. */
export function readRecipe(picture: Uint8Array): Recipe | null {
  const text = isPng(picture) ? textInPng(picture) : textInXmp(picture);
  return text === null ? null : parse(text, recipeSchema);
}

/** Other programs turn a JPEG of ours into a PNG and bring its XMP along. */
function textInPng(png: Uint8Array): string | null {
  const text = findText(readTextChunks(png), STORY_KEYWORD, MAX_STORY_BYTES);
  if (text !== null) return text;
  const packet = findText(readTextChunks(png), XMP_KEYWORD, MAX_XMP_BYTES);
  return packet === null ? null : recipeIn(Buffer.from(packet));
}

function textInXmp(picture: Uint8Array): string | null {
  for (const packet of containerOf(picture)?.readXmp(picture) ?? []) {
    const text = recipeIn(packet);
    if (text !== null) return text;
  }
  return null;
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  // Of XMP, only now is it known how long the recipe in it is.
  if (text.length > MAX_STORY_BYTES) throw tooLarge();
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
function parameters({ generation, enlarged }: Omit<Recipe, 'license'>): string {
  const { prompt, seed, settings, width, height, pack, clipScore } = generation;
  const fields = {
    Steps: 1,
    Seed: seed,
    Size: `${width}x${height}`,
    Model: `${pack.id} ${pack.version}`,
    Truncation: settings.truncation,
    Temperature: settings.temperature,
    Gap: settings.gap,
    'Noise seed': settings.noiseSeed ?? null,
    Variety: settings.variety ?? null,
    'CLIP score': clipScore?.toFixed(4) ?? null,
    // As it names what is done to a picture afterwards.
    'Postprocess upscale by': enlarged?.times ?? null,
    'Postprocess upscaler': enlarged ? (enlarged.upscaler?.file ?? 'Lanczos') : null,
  };
  const line = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${quoted(String(value))}`)
    .join(', ');
  const without = settings.without === undefined ? [] : [`Negative prompt: ${settings.without}`];
  return [prompt, ...without, line].join('\n');
}

/** What would end a setting stands between quotes, as a string of JSON. */
function quoted(value: string): string {
  return /[,:\n]/.test(value) ? JSON.stringify(value) : value;
}
