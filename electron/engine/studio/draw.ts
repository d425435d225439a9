import { throwIfCancelled } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { SynthesisOptions } from '../generator/generator.ts';
import { toStyle } from '../generator/styles.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import { cosine } from '../latent/vectors.ts';
import type { LibraryWriter } from '../library/writer.ts';
import type { Models } from './models.ts';
import { place, type Point } from './places.ts';
import { resultAt } from './results.ts';
import type { Sketch } from './sketches.ts';

export interface Easel {
  readonly models: Models;
  readonly inference: Inference;
  readonly writer: LibraryWriter;
}

export interface DrawOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: 'interactive' | 'background';
  /** Task `render`, counted in portraits that are kept. */
  readonly onProgress?: OnProgress | undefined;
  readonly onPortrait?: ((generation: Generation, index: number) => void) | undefined;
}

/** What the generator needs to know of a portrait. */
type Latent = Pick<Point, 'w'>;

interface Drawn {
  readonly sketch: Sketch;
  readonly point: Point;
  readonly picture: RgbPicture;
  readonly timings: Record<string, number>;
}

/**
 * Portraits drawn together: a graph that is given several spends less on each. The first comes alone,
 * because somebody is waiting for it.
 */
const CHUNK = 4;

/**
 * Draws sketches and keeps each in the library, whole. While some are described, encoded and written,
 * the next are being drawn, so that the inference process never waits for the disk. At most one chunk
 * is on its way to the library: memory does not grow with their number.
 *
 * @throws StudioError `cancelled` (what was drawn before is kept), and whatever drawing or keeping throws
 */
export async function drawAll(
  sketches: readonly Sketch[],
  easel: Easel,
  { signal, priority, onProgress, onPortrait }: DrawOptions,
): Promise<Generation[]> {
  const progress = trackProgress('render', sketches.length, onProgress);
  const kept: Generation[] = [];
  const finish = async (chunk: readonly Drawn[]) => {
    for (const outcome of await keep(chunk, easel)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      onPortrait?.(outcome.value, kept.push(outcome.value) - 1);
      progress.advance();
    }
  };
  let finishing = Promise.resolve();
  try {
    for (const chunk of chunksOf(sketches)) {
      throwIfCancelled(signal);
      const drawn = await draw(chunk, easel.models, { signal, priority });
      await finishing;
      finishing = finish(drawn);
      // Awaited one chunk later; until then a failure must not count as unhandled.
      finishing.catch(() => undefined);
    }
  } finally {
    // Also when drawing the next ones failed: what has begun to be kept is kept.
    await finishing;
  }
  progress.finish();
  return kept;
}

/** Draws one picture of a point. */
export async function paint(
  point: Latent,
  models: Models,
  options: SynthesisOptions,
): Promise<RgbPicture> {
  return resultAt(await paintAll([point], models, options), 0);
}

function paintAll(points: readonly Latent[], { generator }: Models, options: SynthesisOptions) {
  const styles = points.map(({ w }) => toStyle(w, generator.layers));
  return generator.synthesise(styles, options);
}

function* chunksOf(sketches: readonly Sketch[]): Generator<readonly Sketch[]> {
  if (sketches.length > 0) yield sketches.slice(0, 1);
  for (let start = 1; start < sketches.length; start += CHUNK) {
    yield sketches.slice(start, start + CHUNK);
  }
}

/** Timings are each portrait's share. */
async function draw(
  sketches: readonly Sketch[],
  models: Models,
  options: SynthesisOptions,
): Promise<Drawn[]> {
  const share = 1 / sketches.length;
  const spots = sketches.map((sketch) => sketch.spot());
  const [points, flow] = await timed(place(spots, models, options));
  const [pictures, synthesis] = await timed(paintAll(points, models, options));
  const timings = { flow: flow * share, synthesis: synthesis * share };
  return sketches.map((sketch, i) => ({
    ...{ sketch, timings },
    point: resultAt(points, i),
    picture: resultAt(pictures, i),
  }));
}

/** Keeps a chunk; waits for all of it, also when one cannot be kept, so that nothing goes on unseen. */
async function keep(
  chunk: readonly Drawn[],
  { models, inference, writer }: Easel,
): Promise<PromiseSettledResult<Generation>[]> {
  const [descriptions, ms] = await timed(describe(chunk, models));
  const { used } = await inference.deviceReport();
  const { id, version } = models.pack.manifest;
  const portraits = chunk.map(({ sketch, point: { z, e, w }, picture, timings }, i) => {
    const { words, prompt, seed, settings, parents, source } = sketch;
    const { embedding, logLikelihood } = resultAt(descriptions, i);
    return {
      generation: {
        ...{ prompt, seed, settings, parents, source, logLikelihood },
        clipScore: words && cosine(words, embedding),
        pack: { id, version },
        device: used ?? 'cpu',
        timings: { ...timings, description: ms / chunk.length },
      },
      // Copies: what they are views of is as large as the whole message they came in.
      latents: { z: z?.slice() ?? null, condition: e?.slice() ?? null, w: w.slice() },
      embedding: embedding.slice(),
      picture,
    };
  });
  return Promise.allSettled(portraits.map((portrait) => writer.add(portrait)));
}

interface Description {
  readonly embedding: Float32Array;
  readonly logLikelihood: number | null;
}

/** What CLIP sees in the pictures, and how usual each is for its words: log p(w | e). */
async function describe(chunk: readonly Drawn[], { clip, flow }: Models): Promise<Description[]> {
  const known = chunk.flatMap(({ point: { w, e } }) => (e ? [{ w, e }] : []));
  const [embeddings, encoded] = await Promise.all([
    clip.embedPictures(chunk.map(({ picture }) => picture)),
    known.length > 0 ? flow.encode(known) : [],
  ]);
  const likelihoods = encoded.values();
  return chunk.map(({ point }, i) => ({
    embedding: resultAt(embeddings, i),
    logLikelihood: point.e ? (likelihoods.next().value?.logLikelihood ?? null) : null,
  }));
}

async function timed<T>(work: Promise<T>): Promise<[result: T, milliseconds: number]> {
  const startedAt = performance.now();
  const result = await work;
  return [result, performance.now() - startedAt];
}
