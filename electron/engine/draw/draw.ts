import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Generation } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { DrawnPicture } from '../generator/generator.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { chunksOf, runPipeline, deferRejection } from '../jobs/pipeline.ts';
import type { LatentCode } from '../latent/code.ts';
import { cosine } from '../latent/vectors.ts';
import type { LibraryWriter } from '../library/writer.ts';
import type { GenerationPlan } from '../plan/generation-plan.ts';
import type { Session } from '../session/session.ts';
import { DRAWN_AHEAD, drawByNoise } from './by-noise.ts';

export interface DrawOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: 'interactive' | 'background';
  /** Task `render`, counted in portraits that are kept. */
  readonly onProgress?: OnProgress | undefined;
  readonly onPortrait?: ((generation: Generation, index: number) => void) | undefined;
  /** Keeps no more than so many of each prompt, those with the best CLIP score, best first, once all of it are drawn. */
  readonly best?: number | undefined;
}

/** A plan with its latent code, and milliseconds of each stage. */
interface Decoded {
  readonly plan: GenerationPlan;
  readonly code: LatentCode;
  readonly timings: Record<string, number>;
}

interface Drawn extends Decoded {
  readonly picture: DrawnPicture;
}

/** Portraits drawn together: side by side on a CPU, in one run on a GPU. */
const CHUNK = 4;
/** Somebody is waiting for the first ones; two are as soon drawn as one where they are drawn side by side. */
const FIRST_CHUNK = 2;

/**
 * Draws what is planned and keeps each portrait in the library, whole. While some are described, encoded and written,
 * the next are being drawn, and the w of those after them decoded, so that cores do not wait. At most three chunks
 * are on their way to the library: memory does not grow with their number, nor, where only the best are
 * kept, beyond theirs.
 *
 * @throws StudioError `cancelled` (what was drawn before is kept, or the best of it), and whatever drawing or keeping throws
 */
export async function drawAll(
  plans: readonly GenerationPlan[],
  session: Session,
  writer: LibraryWriter,
  { signal, priority, onProgress, onPortrait, best }: DrawOptions,
): Promise<Generation[]> {
  const progress = trackProgress('render', plans.length, onProgress);
  const kept: Generation[] = [];
  let pool: Described[] = [];
  const keepAll = async (portraits: readonly Described[], onKept?: () => void) => {
    const outcomes = await keep(portraits, session, writer);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') continue;
      onPortrait?.(outcome.value, kept.push(outcome.value) - 1);
      onKept?.();
    }
    // What could be kept beside it is kept and told of.
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  };
  const finish = async (chunk: readonly Drawn[]) => {
    const described = await describe(chunk, session);
    if (best === undefined) return keepAll(described, () => progress.advance());
    for (const portrait of described) {
      if (pool[0] && pool[0].plan.prompt !== portrait.plan.prompt) await keepAll(pool.splice(0));
      pool = [...pool, portrait].sort(byScore).slice(0, best);
    }
    progress.advance(chunk.length);
  };
  const call = { signal, priority };
  const decoding = decodeAhead(plans, session, call);
  const draw = async (decoded: Promise<Decoded[]>) => synthesise(await decoded, session, call);
  try {
    await runPipeline(decoding, { draw, finish }, { signal, ahead: DRAWN_AHEAD });
  } finally {
    await keepAll(pool);
  }
  progress.finish();
  return kept;
}

/** Begins to decode each chunk when it is asked for, which is while the one before is drawn. */
function* decodeAhead(
  plans: readonly GenerationPlan[],
  session: Session,
  options: CallOptions,
): Generator<Promise<Decoded[]>> {
  const first = chunksOf(plans.slice(0, FIRST_CHUNK), FIRST_CHUNK);
  const others = chunksOf(plans.slice(FIRST_CHUNK), CHUNK);
  for (const chunk of [...first, ...others]) yield deferRejection(decode(chunk, session, options));
}

/** Timings are each portrait's share, the time that it waited for its turn included. */
async function decode(
  plans: readonly GenerationPlan[],
  { codes }: Session,
  options: CallOptions,
): Promise<Decoded[]> {
  const pending = plans.map((plan) => plan.code());
  const [decoded, ms] = await timed(codes.decode(pending, options));
  const timings = { flow: ms / plans.length };
  return plans.map((plan, i) => ({ plan, code: resultAt(decoded, i), timings }));
}

/** Timings are each portrait's share. */
async function synthesise(
  decoded: readonly Decoded[],
  { models }: Session,
  options: CallOptions,
): Promise<Drawn[]> {
  const latents = decoded.map(({ code, plan }) => {
    return { w: code.w, noiseSeed: plan.settings.noiseSeed };
  });
  const [pictures, ms] = await timed(drawByNoise(latents, models.generator, options));
  return decoded.map((one, i) => ({
    ...one,
    picture: resultAt(pictures, i),
    timings: { ...one.timings, synthesis: ms / decoded.length },
  }));
}

/** Keeps portraits; waits for all, also when one cannot be kept, so that nothing goes on unseen. */
async function keep(
  portraits: readonly Described[],
  { models, inference }: Session,
  writer: LibraryWriter,
): Promise<PromiseSettledResult<Generation>[]> {
  const { used } = await inference.deviceReport();
  const { id, version } = models.pack.manifest;
  const made = portraits.map(({ plan, code: { z, e, w }, picture, ...described }) => {
    const { prompt, seed, settings, parents, source } = plan;
    const { embedding, clipScore, logLikelihood, timings } = described;
    return {
      generation: {
        ...{ prompt, seed, settings, parents, source, clipScore, logLikelihood, timings },
        pack: { id, version },
        spaces: models.pack.spaces,
        ...(picture.by
          ? { device: 'server' as const, server: picture.by }
          : { device: used ?? 'cpu' }),
      },
      // Copies: what they are views of is as large as the whole message they came in.
      latents: { z: z?.slice() ?? null, condition: e?.slice() ?? null, w: w.slice() },
      embedding: embedding.slice(),
      picture,
    };
  });
  const keeping: Promise<Generation>[] = [];
  for (const portrait of made) {
    const kept = writer.add(portrait);
    // Awaited below; until then a failure must not count as unhandled.
    kept.catch(() => undefined);
    keeping.push(kept);
    // Whoever else waits for this process is heard between two portraits.
    await nextTurn();
  }
  return Promise.allSettled(keeping);
}

/** A portrait with what CLIP sees in it, how well that fits its words, and log p(w | e). */
interface Described extends Drawn {
  readonly embedding: Float32Array;
  readonly clipScore: number | null;
  readonly logLikelihood: number | null;
}

function byScore(a: Described, b: Described): number {
  return (b.clipScore ?? -1) - (a.clipScore ?? -1);
}

/** Timings are each portrait's share. */
async function describe(chunk: readonly Drawn[], { models }: Session): Promise<Described[]> {
  const { clip, flow } = models;
  const known = chunk.flatMap(({ code: { w, e } }) => (e ? [{ w, e }] : []));
  const [[embeddings, encoded], ms] = await timed(
    Promise.all([
      clip.embedPictures(
        chunk.map(({ picture }) => picture),
        { mayLeave: true },
      ),
      known.length > 0 ? flow.encode(known) : [],
    ]),
  );
  const likelihoods = encoded.values();
  return chunk.map((drawn, i) => {
    const { words } = drawn.plan;
    const embedding = resultAt(embeddings, i);
    return {
      ...drawn,
      embedding,
      clipScore: words && cosine(words, embedding),
      logLikelihood: drawn.code.e ? (likelihoods.next().value?.logLikelihood ?? null) : null,
      timings: { ...drawn.timings, description: ms / chunk.length },
    };
  });
}

async function timed<T>(work: Promise<T>): Promise<[result: T, milliseconds: number]> {
  const startedAt = performance.now();
  const result = await work;
  return [result, performance.now() - startedAt];
}
