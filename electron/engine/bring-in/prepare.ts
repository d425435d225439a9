/** Pictures before they are kept: read, recognised, looked at by CLIP, and told as portraits of the library. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Arrival } from '../../contract/bring-in.ts';
import { type SerialisedError, toStudioError } from '../../contract/errors.ts';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../contract/export.ts';
import { drawnByNone, type Lineage, MAX_NAME_LENGTH } from '../../contract/generation.ts';
import { seedSchema } from '../../contract/settings.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import { foreignTexts } from '../images/metadata/foreign-texts.ts';
import type { PngText } from '../images/metadata/png.ts';
import type { Making } from '../images/metadata/programs/making.ts';
import { makingIn } from '../images/metadata/programs/programs.ts';
import { tellStory } from '../images/metadata/story.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { createId, timeOfId } from '../library/ids.ts';
import type { LibraryReader } from '../library/reader.ts';
import { THUMBNAIL_SIDE } from '../library/writer.ts';
import type { Models } from '../models/models.ts';
import type { OfferedPicture } from './offered.ts';
import { type OwnStory, ownStoryIn } from './own-story.ts';
import { isRetouched } from './retouched.ts';

/** A picture that can be kept. */
export interface NewPicture {
  readonly outcome: Exclude<Arrival, 'here'>;
  readonly story: PortraitStory;
  /** PNG with its story. */
  readonly picture: Uint8Array;
  readonly thumbnail: Uint8Array;
}

/** What is to become of a picture: kept, known already under an id, or told as unreadable. */
export type Prepared = { readonly name: string } & (
  { readonly kept: NewPicture } | { readonly known: string } | { readonly error: SerialisedError }
);

export interface PrepareParts {
  readonly reader: LibraryReader;
  readonly codec: ImageCodec;
  readonly models: Models;
  /** Ids that pictures before have, which may not be kept yet. */
  readonly claimed: Set<string>;
}

/** @throws what embedding fails with; what is in the way of the picture itself is its outcome */
export async function prepare(
  { name, read }: OfferedPicture,
  parts: PrepareParts,
  options: CallOptions,
): Promise<Prepared> {
  const bytes = await orFault(read());
  if ('error' in bytes) return { name, ...bytes };
  const file = sha256(bytes);
  const own = ownStoryIn(bytes);
  const double = own ? parts.reader.doubleOf(own.recipe) : null;
  // What is here already need not be decoded, so that going on where it was broken off is quick.
  const before = parts.reader.broughtInBefore('file', file) ?? (await itself(double, bytes, parts));
  if (before !== null) return { name, known: before };
  const picture = await orFault(parts.codec.decode(bytes));
  if ('error' in picture) return { name, ...picture };
  const offered = { name, bytes, file, picture };
  if (!own) return prepareForeign(offered, null, parts, options);
  if (double === null) return prepareOwn(own, offered, parts);
  const portrait = await drawnAs(double, parts);
  if (!portrait || !(await isRetouched(picture, portrait, parts.codec))) {
    return { name, known: double };
  }
  const { prompt } = own.recipe.generation;
  return prepareForeign(offered, { of: double, prompt }, parts, options);
}

/** The portrait whose file this is, byte for byte. */
async function itself(
  double: string | null,
  bytes: Uint8Array,
  { reader }: Pick<PrepareParts, 'reader'>,
): Promise<string | null> {
  if (double === null) return null;
  const kept = await reader.picture(double).catch(() => null);
  return kept && Buffer.compare(kept, bytes) === 0 ? double : null;
}

/** The pixels of a portrait of the library; null for one that cannot be read any more. */
function drawnAs(
  id: string,
  { reader, codec }: Pick<PrepareParts, 'reader' | 'codec'>,
): Promise<RgbPicture | null> {
  return reader
    .picture(id)
    .then((bytes) => codec.decode(bytes))
    .catch(() => null);
}

/** What there is, or what is in the way. */
async function orFault<T extends object>(
  work: Promise<T>,
): Promise<T | { error: SerialisedError }> {
  try {
    return await work;
  } catch (thrown) {
    return { error: toStudioError(thrown).toJSON() };
  }
}

interface Decoded {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly file: string;
  readonly picture: RgbPicture;
}

/** As it was in its library where its id is free; else under a new one, as it was drawn or as it was exported. */
async function prepareOwn(
  { story, recipe }: OwnStory,
  { name, bytes, picture }: Decoded,
  { reader, codec, claimed }: PrepareParts,
): Promise<Prepared> {
  const id = story?.generation.id;
  if (story && id !== undefined && !claimed.has(id) && !reader.has(id)) {
    claimed.add(id);
    const thumbnail = await codec.thumbnail(picture, THUMBNAIL_SIDE);
    return { name, kept: { outcome: 'restored', story, picture: bytes, thumbnail } };
  }
  const { generation, latents, embedding } = recipe;
  const { width, height } = picture;
  const renamed: PortraitStory = {
    ...{ format: STORY_FORMAT, version: STORY_VERSION, latents, embedding },
    generation: { ...generation, ...newName(), timings: {}, width, height },
  };
  const kept = await told('restored', renamed, { picture, texts: foreignTexts(bytes) }, codec);
  return { name, kept };
}

/** A portrait of the library that a picture shows retouched. */
interface Original {
  readonly of: string;
  readonly prompt: string;
}

/** A picture of others, or one of a portrait that was retouched, which its latents do not draw: it is that one's child. */
async function prepareForeign(
  { name, bytes, file, picture }: Decoded,
  original: Original | null,
  { reader, codec, models }: PrepareParts,
  options: CallOptions,
): Promise<Prepared> {
  const pixels = sha256OfPixels(picture);
  const before = reader.broughtInBefore('pixels', pixels);
  if (before !== null) return { name, known: before };
  const { embedding: space } = models.pack.spaces;
  const embedding = resultAt(await models.clip.embedPictures([picture], options), 0).slice();
  const drawn = await sameAmongDrawn(picture, { embedding, space }, { reader, codec });
  if (drawn !== null) return { name, known: drawn };
  const texts = foreignTexts(bytes);
  const making = original ? null : makingIn(texts);
  const prompt = original?.prompt ?? making?.prompt ?? '';
  const { width, height } = picture;
  const story: PortraitStory = {
    ...{ format: STORY_FORMAT, version: STORY_VERSION, latents: null, embedding },
    generation: {
      ...{ ...newName(), prompt, seed: shortSeed(making), parents: original ? [original.of] : [] },
      ...{ ...drawnByNone(space), width, height },
      source: sourceOf(name, { file, pixels }, making),
    },
  };
  const outcome = (making ?? original) ? 'prompted' : 'plain';
  const kept = await told(outcome, story, { picture, texts }, codec);
  return { name, kept };
}

function sourceOf(
  name: string,
  hashes: { readonly file: string; readonly pixels: string },
  making: Making | null,
): Lineage {
  const called = path.posix.basename(name).slice(0, MAX_NAME_LENGTH).toWellFormed();
  const { program, negativePrompt = '', seed = null } = making ?? {};
  return {
    ...{ kind: 'import', name: called, ...hashes },
    ...(program && { program }),
    ...(negativePrompt !== '' && { negativePrompt }),
    ...(seed !== null && { seed }),
  };
}

/** As the studio's own seeds, where it is as short as those. */
function shortSeed(making: Making | null): number | null {
  return seedSchema.safeParse(Number(making?.seed ?? Number.NaN)).data ?? null;
}

async function told(
  outcome: NewPicture['outcome'],
  story: PortraitStory,
  { picture, texts }: { readonly picture: RgbPicture; readonly texts: readonly PngText[] },
  codec: ImageCodec,
): Promise<NewPicture> {
  const [png, thumbnail] = await Promise.all([
    codec.encode(picture, 'png'),
    codec.thumbnail(picture, THUMBNAIL_SIDE),
  ]);
  return { outcome, story, picture: tellStory(png, story, texts), thumbnail };
}

/** The same picture is as alike to CLIP as rounding allows; more than some are not looked at. */
const ALIKE = 0.999;
const LOOKED_AT = 4;

/** A portrait that was drawn here with the same pixels, of which a copy has lost what it said. */
async function sameAmongDrawn(
  picture: RgbPicture,
  { embedding, space }: { readonly embedding: Float32Array; readonly space: string },
  { reader, codec }: Pick<PrepareParts, 'reader' | 'codec'>,
): Promise<string | null> {
  const hits = await reader.search(embedding, space, LOOKED_AT);
  for (const { generation, similarity } of hits) {
    const { id, width, height } = generation;
    const isOfThatSize = width === picture.width && height === picture.height;
    if (!isOfThatSize || (similarity ?? 0) < ALIKE) continue;
    // One that cannot be read any more is no reason to leave out what can.
    const own = await drawnAs(id, { reader, codec });
    if (own && sha256OfPixels(own) === sha256OfPixels(picture)) return id;
  }
  return null;
}

function newName(): { id: string; createdAt: number } {
  const id = createId();
  return { id, createdAt: timeOfId(id) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sha256OfPixels({ width, height, data }: RgbPicture): string {
  return createHash('sha256').update(`${width}x${height}\n`).update(data).digest('hex');
}
