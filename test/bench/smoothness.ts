/**
 * How even the steps of a path look: `npm run bench:smoothness -- [--pack NAME] [--pairs N] [--path clip|flow|w]`.
 *
 * Draws 60-frame paths between random prompt pairs, with and without even steps, and prints the largest
 * step between neighbouring frames against the mean one, by the pixels and by CLIP.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Between } from '../../electron/contract/draw.ts';
import { pathSpaceSchema } from '../../electron/contract/generation.ts';
import type { RgbPicture } from '../../electron/engine/images/codec.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { cosine } from '../../electron/engine/latent/vectors.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio } from '../../electron/engine/studio.ts';
import { positions } from '../../electron/engine/path/path.ts';
import { difference } from '../../electron/engine/path/perceptual.ts';

const FRAMES = 60;
/** What the project promises: no step is longer than so many mean ones. */
const LIMIT = 3;

const WHO = ['woman', 'man', 'girl', 'boy', 'grandmother', 'chef', 'sailor', 'punk rocker'];
const EXPRESSIONS = ['smiling', 'sad', 'surprised', 'laughing', 'serious', 'angry'];
const WITH = [
  ...['red curly hair', 'round glasses', 'a grey beard', 'a green hat', 'short black hair'],
  ...['long blond hair', 'a blue shirt', 'sunglasses', 'pink hair and earrings', 'no hair'],
  ...['a yellow background', 'dark skin', 'a purple jumper'],
];

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    pairs: { type: 'string', default: '50' },
    path: { type: 'string', default: 'clip' },
    seed: { type: 'string', default: '1' },
  },
});
const space = pathSpaceSchema.parse(values.path);
const random = mulberry(Number(values.seed));
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-smoothness-'));
const { packRoots, pack } = findLocations(path.resolve(import.meta.dirname, '../../native-models'));
const studio = await openStudio({
  ...{ library: path.join(folder, 'library'), packRoots, pack: values.pack ?? pack },
  codec: sharpCodec,
});

try {
  const even: Ratios[] = [];
  const plain: Ratios[] = [];
  const measuring: number[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const settings = {};
    const [from, to] = [anchor(), anchor()];
    const between: Between = { from, to, path: space, settings };
    const startedAt = performance.now();
    const places = await evenPositions(between);
    measuring.push(performance.now() - startedAt);
    const [steady, straight] = [
      await ratios(between, places),
      await ratios(between, positions(FRAMES)),
    ];
    even.push(steady);
    plain.push(straight);
    console.log(
      `${String(pair + 1).padStart(3)}  even ${show(steady)}   plain ${show(straight)}   ` +
        `${from.prompt} → ${to.prompt}`,
    );
  }
  for (const [name, all] of [['even', even] as const, ['plain', plain] as const]) {
    for (const by of ['pixels', 'clip'] as const) {
      const sorted = all.map((ratio) => ratio[by]).sort((a, b) => a - b);
      const within = sorted.filter((ratio) => ratio <= LIMIT).length;
      console.log(
        `${name}, by ${by}: largest / mean step, median ${at(sorted, 0.5)}, worst ${at(sorted, 1)}; ` +
          `${within} of ${sorted.length} paths within ${LIMIT}`,
      );
    }
  }
  const sorted = measuring.sort((a, b) => a - b);
  console.log(`measuring a path: median ${at(sorted, 0.5)} ms, worst ${at(sorted, 1)} ms`);
} finally {
  await studio.close();
  await rm(folder, { recursive: true });
}

interface Ratios {
  readonly pixels: number;
  readonly clip: number;
}

async function evenPositions(between: Between): Promise<number[]> {
  const { paths } = await studio.workspace.tools();
  const steps = await (await paths.between(between)).parametrisation();
  return positions(FRAMES).map((progress) => steps.positionAt(progress));
}

/** The largest step between neighbouring frames, in mean steps. */
async function ratios(between: Between, asked: readonly number[]): Promise<Ratios> {
  const { clip } = await studio.packs.models();
  const frames: RgbPicture[] = [];
  for await (const frame of studio.drawing.frames(between, asked, {})) frames.push(frame);
  const embeddings = await clip.embedPictures(frames);
  const pixels = frames
    .slice(1)
    .map((frame, i) => difference(frame.data, (frames[i] ?? frame).data));
  const angles = embeddings
    .slice(1)
    .map((embedding, i) => Math.acos(cosine(embedding, embeddings[i] ?? embedding)));
  return { pixels: largestToMean(pixels), clip: largestToMean(angles) };
}

function largestToMean(steps: readonly number[]): number {
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return mean > 0 ? Math.max(...steps) / mean : 1;
}

function anchor() {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const prompt = `a ${pick(EXPRESSIONS)} ${pick(WHO)} with ${pick(WITH)}`;
  return { kind: 'prompt' as const, prompt, seed: Math.floor(random() * 1_000) };
}

/** Tommy Ettinger's Mulberry32: the same pairs every time. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function show({ pixels, clip }: Ratios): string {
  return `${pixels.toFixed(2)} / ${clip.toFixed(2)}`;
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(2);
}
