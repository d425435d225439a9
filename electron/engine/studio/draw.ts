import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { SynthesisOptions } from '../generator/generator.ts';
import { broadcast } from '../generator/styles.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import { cosine } from '../latent/vectors.ts';
import type { LibraryWriter } from '../library/writer.ts';
import type { Models } from './models.ts';
import type { Point } from './places.ts';
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

interface Drawn {
  readonly sketch: Sketch;
  readonly point: Point;
  readonly picture: RgbPicture;
  readonly timings: Record<string, number>;
}

/**
 * Draws sketches and keeps each in the library, whole, as soon as it is ready. While one is described,
 * encoded and written, the next is being drawn: the inference process never waits for the disk. At
 * most one is on its way to the library, so that memory does not grow with their number.
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
  const finish = async (drawn: Drawn) => {
    const generation = await keep(drawn, easel);
    onPortrait?.(generation, kept.push(generation) - 1);
    progress.advance();
  };
  let finishing = Promise.resolve();
  try {
    for (const sketch of sketches) {
      throwIfCancelled(signal);
      const drawn = await draw(sketch, easel.models, { signal, priority });
      await finishing;
      finishing = finish(drawn);
      // Awaited one portrait later; until then a failure must not count as unhandled.
      finishing.catch(() => undefined);
    }
  } finally {
    // Also when drawing the next one failed: what has begun to be kept is kept.
    await finishing;
  }
  progress.finish();
  return kept;
}

/** Draws one picture of a point. */
export async function paint(
  { w }: Point,
  { generator }: Models,
  options: SynthesisOptions,
): Promise<RgbPicture> {
  const [picture] = await generator.synthesise([broadcast(w, generator.layers)], options);
  if (picture) return picture;
  throw new StudioError('inference-failed', 'The generator gave no picture.');
}

async function draw(sketch: Sketch, models: Models, options: SynthesisOptions): Promise<Drawn> {
  const [point, flow] = await timed(sketch.locate(options));
  const [picture, synthesis] = await timed(paint(point, models, options));
  return { sketch, point, picture, timings: { flow, synthesis } };
}

async function keep(
  { sketch, point, picture, timings }: Drawn,
  { models, inference, writer }: Easel,
): Promise<Generation> {
  const [{ embedding, logLikelihood }, description] = await timed(describe(point, picture, models));
  const { words, prompt, seed, settings, parents, source } = sketch;
  const { z, e, w } = point;
  const { id, version } = models.pack.manifest;
  const { used } = await inference.deviceReport();
  return writer.add({
    generation: {
      ...{ prompt, seed, settings, parents, source, logLikelihood },
      clipScore: words && cosine(words, embedding),
      pack: { id, version },
      device: used ?? 'cpu',
      timings: { ...timings, description },
    },
    // Copies: what they are views of is as large as the whole message they came in.
    latents: { z: z?.slice() ?? null, condition: e?.slice() ?? null, w: w.slice() },
    embedding: embedding.slice(),
    picture,
  });
}

/** What CLIP sees in the picture, and how usual it is for its words: log p(w | e). */
async function describe(
  { w, e }: Point,
  picture: RgbPicture,
  { clip, flow }: Models,
): Promise<{ embedding: Float32Array; logLikelihood: number | null }> {
  const [[embedding], [encoded]] = await Promise.all([
    clip.embedPictures([picture]),
    e ? flow.encode([{ w, e }]) : [],
  ]);
  if (!embedding) throw new StudioError('inference-failed', 'CLIP gave no embedding.');
  return { embedding, logLikelihood: encoded?.logLikelihood ?? null };
}

async function timed<T>(work: Promise<T>): Promise<[result: T, milliseconds: number]> {
  const startedAt = performance.now();
  const result = await work;
  return [result, performance.now() - startedAt];
}
