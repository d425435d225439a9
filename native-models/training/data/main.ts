/**
 * Draws the training data: pictures, what decided them, and captions.
 *
 *   node native-models/training/data/main.ts --out DIR --count N --seed S [--size 256] [--plain-only]
 *        [--pictures-of OTHER] [--all-words]
 *   node native-models/training/data/main.ts --out DIR --count N --seed S --counterfactuals
 *
 * Writes, into DIR:
 *   pictures.u8        count × size × size × 3 bytes
 *   portraits.jsonl    one line a picture: {shown, a, b, t, kind, captions, said}
 *   distribution.json  what the portraits are drawn from (read by the mapping network)
 *
 * With --pictures-of, pictures.u8 is that of a data set of the same count and seed: new captions for the same portraits.
 *
 * --counterfactuals draws portraits in pairs that differ in one option (sample.ts), for the generator to learn what it
 * changes.
 *
 * --all-words also says what evaluation holds back (words/late.txt).
 *
 * Work is split over all cores by ranges of pictures; each picture has a seed of its own, so the
 * result does not depend on how many cores there are.
 */
import { link, open, rm, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { portraitBetween, portraitMixed } from './between.ts';
import { briefCaption, caption } from './captions.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { renderPortrait } from './render.ts';
import { distribution, samplePortrait, counterfactualOf } from './sample.ts';
import type { Portrait } from './sample.ts';

interface Task {
  readonly out: string;
  readonly seed: number;
  readonly size: number;
  readonly first: number;
  readonly last: number;
  readonly plainOnly: boolean;
  readonly counterfactuals: boolean;
  readonly drawsPictures: boolean;
  readonly allWords: boolean;
}

interface PortraitRecord {
  readonly kind: 'plain' | 'between' | 'mixed' | 'counterfactual';
  readonly a: Portrait;
  readonly b: Portrait | null;
  readonly t: number;
  readonly shown: Portrait;
  /** First a full caption, then partial ones, then brief ones; only for plain portraits. */
  readonly captions: readonly string[];
  /** What each of them tells (the kinds of `Kind`). */
  readonly said: readonly (readonly string[])[];
}

/** Of ten pictures, six are plain portraits, three lie between two, one mixes two. */
const shareOf = { between: 0.3, mixed: 0.1 };
const partialDetails = [0.75, 0.5, 0.35, 0.25];
const briefCaptions = 8;

function plainRecord(random: Random, allWords: boolean): PortraitRecord {
  const a = samplePortrait(random);
  const captions = [
    ...[1, ...partialDetails].map((detail) => caption(a, random, detail, allWords)),
    ...Array.from({ length: briefCaptions }, () => briefCaption(a, random, allWords)),
  ];
  return {
    ...{ kind: 'plain', a, b: null, t: 0, shown: a },
    captions: captions.map(({ text }) => text),
    said: captions.map(({ said }) => said),
  };
}

function record(random: Random, { plainOnly, allWords }: Task): PortraitRecord {
  const kind = plainOnly ? 1 : random.next();
  if (kind >= shareOf.between + shareOf.mixed) return plainRecord(random, allWords);
  const a = samplePortrait(random);
  let b = samplePortrait(random);
  if (kind < shareOf.mixed) {
    return { kind: 'mixed', a, b, t: 1, shown: portraitMixed(a, b), captions: [], said: [] };
  }
  // Two of three pairs share a style: those are the ways an artist walks most.
  const withinStyle = random.chance(2 / 3);
  while (withinStyle && b.style !== a.style) b = samplePortrait(random);
  const t = random.next();
  return { kind: 'between', a, b, t, shown: portraitBetween(a, b, t), captions: [], said: [] };
}

/** Of a pair that shares its random numbers, the portrait itself or the one that differs in an option. */
function pairRecord(random: Random, isSecond: boolean): PortraitRecord {
  const portrait = samplePortrait(random);
  const a = isSecond ? counterfactualOf(portrait, random) : portrait;
  return { kind: 'counterfactual', a, b: null, t: 0, shown: a, captions: [], said: [] };
}

async function drawRange(task: Task): Promise<string> {
  const { out, seed, size, first, last, drawsPictures } = task;
  const pictures = await open(join(out, 'pictures.u8'), drawsPictures ? 'r+' : 'r');
  const lines: string[] = [];
  for (let index = first; index < last; index += 1) {
    const one = task.counterfactuals
      ? pairRecord(seededRandom(seed, index >> 1), index % 2 === 1)
      : record(seededRandom(seed, index), task);
    if (drawsPictures) {
      await pictures.write(renderPortrait(one.shown, size), 0, null, index * size * size * 3);
    }
    lines.push(JSON.stringify(one));
    if ((index - first) % 500 === 499) parentPort?.postMessage({ done: 500 });
  }
  await pictures.close();
  return lines.join('\n');
}

function runWorker(task: Task, onDone: (count: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task });
    worker.on('message', (message: { done: number } | { lines: string }) => {
      if ('done' in message) onDone(message.done);
      else resolve(message.lines);
    });
    worker.on('error', reject);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '0' },
      size: { type: 'string', default: '256' },
      'plain-only': { type: 'boolean', default: false },
      counterfactuals: { type: 'boolean', default: false },
      'pictures-of': { type: 'string' },
      'all-words': { type: 'boolean', default: false },
    },
  });
  const { out } = values;
  if (out === undefined) throw new Error('Say where to write the data: --out DIR');
  const [count, seed, size] = [Number(values.count), Number(values.seed), Number(values.size)];
  if (values.counterfactuals && count % 2 === 1)
    throw new Error('Counterfactuals come in pairs: give an even --count.');
  mkdirSync(out, { recursive: true });
  const [pictures, drawn] = [join(out, 'pictures.u8'), values['pictures-of']];
  await rm(pictures, { force: true });
  // Linked, since copied they would fill the disk twice.
  if (drawn === undefined) await writeFile(pictures, '');
  else await link(join(drawn, 'pictures.u8'), pictures);
  await writeFile(join(out, 'distribution.json'), JSON.stringify(distribution(), null, 1));

  const cores = availableParallelism();
  let done = 0;
  const started = performance.now();
  const progress = (more: number): void => {
    done += more;
    const rate = (done / (performance.now() - started)) * 1000;
    process.stderr.write(`${done}/${count} pictures, ${rate.toFixed(0)} a second\n`);
  };
  const ranges = Array.from({ length: cores }, (_, core): Task => ({
    out,
    seed,
    size,
    plainOnly: values['plain-only'],
    counterfactuals: values.counterfactuals,
    drawsPictures: drawn === undefined,
    allWords: values['all-words'],
    first: Math.floor((count * core) / cores),
    last: Math.floor((count * (core + 1)) / cores),
  }));
  const lines = await Promise.all(ranges.map((task) => runWorker(task, progress)));
  await writeFile(join(out, 'portraits.jsonl'), `${lines.join('\n')}\n`);
}

if (isMainThread) await main();
else parentPort?.postMessage({ lines: await drawRange(workerData as Task) });
