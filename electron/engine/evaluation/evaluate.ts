import { type DrawOverrides } from '../../contract/draw.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { dot } from '../latent/vectors.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { asTile, contactSheet } from './contact-sheet.ts';
import type { Captioned } from './data-set.ts';
import { frechetDistance, maximumMeanDiscrepancy } from './distances.ts';
import { drawUnkept, type UnkeptPortrait } from './draw-unkept.ts';
import type { Inception } from './inception.ts';
import {
  clipScore,
  mean,
  rootMeanSquare,
  rPrecision,
  type Siblings,
  siblingsLikeness,
} from './measures.ts';

export interface EvaluationRequest {
  /** Texts to draw. */
  readonly prompts: readonly string[];
  /** Portraits of each. */
  readonly perPrompt: number;
  /** Pictures to draw after, and to compare with; without any, the generator's own portraits. */
  readonly pictures: readonly Captioned[];
  /** How many portraits of its own the generator is looked at by: 64, unless told. */
  readonly ownPortraits?: number;
  /** The seed of the first portrait. */
  readonly seed: number;
  readonly settings: DrawOverrides;
  /** Features for the FID; none without it. */
  readonly inception?: Inception | undefined;
}

/** The experiments of the paper on one pack. Text and pictures are compared by the pack's own CLIP. */
export interface Evaluation {
  readonly pack: { readonly id: string; readonly version: string };
  readonly textToImage: {
    readonly prompts: number;
    readonly portraits: number;
    readonly clipScore: number;
    readonly rPrecision: number;
    /** Null where one portrait was drawn of each. */
    readonly siblingsLikeness: number | null;
  };
  readonly imageToImage: {
    readonly pictures: number;
    /** Whether they were the artist's, or drawn by the generator itself. */
    readonly source: 'data set' | 'generator';
    /** Mean cosine of a picture's embedding to that of the portrait drawn after it. */
    readonly cosine: number;
  };
  /** Of portraits that the generator drew of z. */
  readonly inversion: {
    /** Of w that was encoded and decoded again: root mean square of the difference, by that of w. */
    readonly roundTrip: number;
    /** Root mean square of the difference in pixels, of 1, to what is drawn from the embedding alone. */
    readonly pixels: number;
  };
  /** Between the portraits of the prompts and the pictures compared with. */
  readonly distances: {
    readonly clipFrechet: number;
    readonly clipMmd: number;
    readonly fid: number | null;
  };
}

const OWN_PORTRAITS = 64;
/** Portraits drawn between two looks at the cancel signal. */
const CHUNK = 8;
const SHEET_ROWS = 40;

/** A picture that others are compared with, by its features. */
interface Compared {
  readonly embedding: Float32Array;
  readonly inception: Float32Array | undefined;
}

interface OwnPortrait extends Compared {
  readonly w: Float32Array;
  readonly picture: RgbPicture;
}

/** What is drawn from the embedding of a generator's own portrait. */
type Redrawn = Pick<UnkeptPortrait, 'picture' | 'embedding'>;

export interface EvaluationOptions {
  readonly signal?: AbortSignal | undefined;
  /** Task `evaluate`, counted in portraits. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Runs the paper's experiments: text → picture, picture → picture, inversion, and how far what is drawn lies from
 * what it is compared with.
 *
 * @returns the figures, and a sheet with a row of portraits for each prompt, the first 40
 * @throws StudioError `cancelled`, `invalid-argument` without prompts, and whatever drawing throws
 */
export async function evaluate(
  request: EvaluationRequest,
  tools: Tools,
  { signal, onProgress }: EvaluationOptions = {},
): Promise<{ evaluation: Evaluation; sheet: RgbPicture }> {
  const { prompts, perPrompt, pictures, ownPortraits = OWN_PORTRAITS } = request;
  if (prompts.length < 2) {
    throw new StudioError(
      'invalid-argument',
      'Two prompts or more are needed to compare. Give captions, or a file of prompts.',
    );
  }
  const total = prompts.length * perPrompt + 2 * ownPortraits + pictures.length;
  const progress = trackProgress('evaluate', total, onProgress);
  const run = { request, tools, options: { signal }, advance: progress.advance };
  const own = await drawOwn(run, ownPortraits);
  const redrawn = await drawUnder(own, run);
  const groups = await drawPrompts(run);
  const imageToImage = await drawAfterPictures(run, own, redrawn);
  const inversion = await invertOwn(run, own, redrawn);
  const siblings = groups.map(({ siblings }) => siblings);
  const { id, version } = tools.session.models.pack.manifest;
  const evaluation: Evaluation = {
    pack: { id, version },
    textToImage: {
      prompts: prompts.length,
      portraits: prompts.length * perPrompt,
      clipScore: clipScore(siblings),
      rPrecision: rPrecision(siblings),
      siblingsLikeness: siblingsLikeness(siblings),
    },
    imageToImage: imageToImage.measured,
    inversion,
    distances: await distancesBetween(
      groups.flatMap(({ compared }) => compared),
      imageToImage.compared,
    ),
  };
  progress.finish();
  const rows = groups.slice(0, SHEET_ROWS).map(({ tiles }) => tiles);
  return { evaluation, sheet: contactSheet(rows) };
}

interface Run {
  readonly request: EvaluationRequest;
  readonly tools: Tools;
  readonly options: CallOptions;
  advance(amount?: number): void;
}

interface PromptGroup {
  readonly siblings: Siblings;
  readonly compared: Compared[];
  readonly tiles: RgbPicture[];
}

async function drawPrompts({ request, tools, options, advance }: Run): Promise<PromptGroup[]> {
  const groups: PromptGroup[] = [];
  for (const [i, prompt] of request.prompts.entries()) {
    throwIfCancelled(options.signal);
    const settings = { ...request.settings, seed: request.seed + i * request.perPrompt };
    const origin = { kind: 'prompt' as const, prompt };
    const drawn = await drawUnkept({ origin, count: request.perPrompt, settings }, tools, options);
    groups.push({
      siblings: {
        text: drawn[0]?.words ?? new Float32Array(),
        pictures: drawn.map(({ embedding }) => embedding),
      },
      compared: await Promise.all(drawn.map((one) => comparedOf(one, request, options))),
      tiles: drawn.map(({ picture }) => asTile(picture)),
    });
    advance(drawn.length);
  }
  return groups;
}

async function comparedOf(
  { picture, embedding }: Redrawn,
  { inception }: EvaluationRequest,
  options: CallOptions,
): Promise<Compared> {
  return { embedding, inception: await inception?.features(picture, options) };
}

/** `count` portraits of z by the mapping network, not truncated: what the generator was trained to draw. */
async function drawOwn(
  { request, tools, options, advance }: Run,
  count: number,
): Promise<OwnPortrait[]> {
  const { generator, clip } = tools.session.models;
  const own: OwnPortrait[] = [];
  for (let first = 0; first < count; first += CHUNK) {
    throwIfCancelled(options.signal);
    const length = Math.min(CHUNK, count - first);
    const seeds = Array.from({ length }, (_, i) => generator.z(request.seed + first + i));
    const latents = await generator.map(seeds, options);
    const drawn = await generator.synthesise(latents, options);
    const embeddings = await clip.embedPictures(drawn, options);
    for (const [i, picture] of drawn.entries()) {
      const embedding = resultAt(embeddings, i);
      const w = resultAt(latents, i);
      own.push({ w, picture, ...(await comparedOf({ picture, embedding }, request, options)) });
    }
    advance(drawn.length);
  }
  return own;
}

/** Draws a portrait after each picture of the data set, or after each of the generator's own. */
async function drawAfterPictures(
  run: Run,
  own: readonly OwnPortrait[],
  redrawn: readonly Redrawn[],
): Promise<{ measured: Evaluation['imageToImage']; compared: readonly Compared[] }> {
  const { request, tools, options, advance } = run;
  if (request.pictures.length === 0) {
    const cosine = mean(
      redrawn.map(({ embedding }, i) => dot(embedding, resultAt(own, i).embedding)),
    );
    return { measured: { pictures: own.length, source: 'generator', cosine }, compared: own };
  }
  const { references, models } = tools.session;
  const compared: Compared[] = [];
  const cosines: number[] = [];
  for (const [i, { file }] of request.pictures.entries()) {
    throwIfCancelled(options.signal);
    const { id: reference } = await references.add(file);
    const embedding = await references.embed(reference, models);
    const inception = await request.inception?.features(
      await references.picture(reference),
      options,
    );
    compared.push({ embedding, inception });
    const origin = { kind: 'image' as const, reference };
    const settings = { ...request.settings, seed: request.seed + i };
    const [portrait] = await drawUnkept({ origin, count: 1, settings }, tools, options);
    if (portrait) cosines.push(dot(portrait.embedding, embedding));
    advance();
  }
  const measured = { pictures: cosines.length, source: 'data set', cosine: mean(cosines) } as const;
  return { measured, compared };
}

/** The likeliest portrait of each embedding: z = 0, not truncated. */
async function drawUnder(own: readonly Compared[], { tools, options }: Run): Promise<Redrawn[]> {
  const { flow, generator, clip } = tools.session.models;
  const still = flow.noise(0, 0);
  const latents = await flow.decode(
    own.map(({ embedding }) => ({ z: still, e: embedding })),
    options,
  );
  const pictures = await generator.synthesise(latents, options);
  const embeddings = await clip.embedPictures(pictures, options);
  return pictures.map((picture, i) => ({ picture, embedding: resultAt(embeddings, i) }));
}

async function invertOwn(
  run: Run,
  own: readonly OwnPortrait[],
  redrawn: readonly Redrawn[],
): Promise<Evaluation['inversion']> {
  const { flow } = run.tools.session.models;
  const seen = own.map(({ w, embedding }) => ({ w, e: embedding }));
  const encoded = await flow.encode(seen, run.options);
  const again = await flow.decode(
    encoded.map(({ z }, i) => ({ z, e: resultAt(seen, i).e })),
    run.options,
  );
  run.advance(own.length);
  const zeros = new Float32Array(run.tools.session.models.generator.space.width);
  const shareLost = (w: Float32Array, i: number) => {
    const before = resultAt(own, i).w;
    return rootMeanSquare(w, before) / rootMeanSquare(before, zeros);
  };
  return {
    roundTrip: mean(again.map(shareLost)),
    pixels: mean(
      redrawn.map(
        ({ picture }, i) => rootMeanSquare(picture.data, resultAt(own, i).picture.data) / 255,
      ),
    ),
  };
}

async function distancesBetween(
  drawn: readonly Compared[],
  others: readonly Compared[],
): Promise<Evaluation['distances']> {
  const embeddings = (all: readonly Compared[]) => all.map(({ embedding }) => embedding);
  const features = (all: readonly Compared[]) => all.flatMap(({ inception }) => inception ?? []);
  const [a, b] = [features(drawn), features(others)];
  return {
    clipFrechet: await frechetDistance(embeddings(drawn), embeddings(others)),
    clipMmd: await maximumMeanDiscrepancy(embeddings(drawn), embeddings(others)),
    fid: a.length > 1 && b.length > 1 ? await frechetDistance(a, b) : null,
  };
}
