/** A library of any size whose portraits differ in all that they can be found, sorted and narrowed by. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { Lineage } from '../../electron/contract/generation.ts';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { spacesOf } from '../../electron/engine/packs/spaces.ts';
import { fillLibrary } from './fill-library.ts';
import { WIDTH } from './portraits.ts';

type Vector = Float32Array<ArrayBuffer>;

/** The embedding of portrait `n`. */
export type Embeddings = (n: number) => Vector;

const DAY_MS = 86_400_000;
const DAYS = 3 * 365;
/** How far repeated embeddings lie from where they came from. */
const NOISE = 0.35;
/** Pictures in so many colours. */
const HUES = 12;

const PACK = path.join(import.meta.dirname, '../../native-models/illustrated-portraits');
const manifest = await readManifest(PACK);
/** Where its embeddings lie: in the space of the default pack, which then has nothing to look at once more. */
export const { embedding: SPACE } = spacesOf(manifest);
const STYLE_NAMES = ['adventurer', 'avataaars', 'lorelei', 'micah', 'personas', 'toon-head'];
const KINDS = 'old young smiling sad angry bearded red blue painted tiny giant tired famous'.split(
  ' ',
);
const NOUNS =
  'man woman child sailor astronaut chef king queen robot fox pirate clown nurse poet monk'.split(
    ' ',
  );

/** What portrait `n` was drawn from; every thousandth of a word that no other has. */
export function promptOf(n: number): string {
  const last = n % 1_000 === 0 ? 'zeppelin' : 'portrait';
  return `a ${KINDS[n % KINDS.length]} ${NOUNS[n % NOUNS.length]} ${last}`;
}

/** About normal (the sum of three), of variance 1/4. */
const random = () => Math.random() + Math.random() + Math.random() - 1.5;

function unit(numbers: Vector): Vector {
  let sum = 0;
  for (const value of numbers) sum += value * value;
  const length = Math.sqrt(sum);
  for (let at = 0; at < numbers.length; at += 1) numbers[at] = (numbers[at] as number) / length;
  return numbers;
}

/** `vector` with noise so many times as long as it is. */
export function noisy(vector: Vector, amount: number): Vector {
  const each = (amount * 2) / Math.sqrt(WIDTH);
  const result = new Float32Array(WIDTH);
  for (let at = 0; at < WIDTH; at += 1) result[at] = (vector[at] as number) + each * random();
  return unit(result);
}

/** The worst there can be: embeddings that have nothing in common. */
export const randomEmbeddings: Embeddings = () => noisy(new Float32Array(WIDTH), 1);

/**
 * Real embeddings, repeated with noise.
 *
 * @param file 512 float32 numbers each
 * @param isOfPairs whether each follows 512 other numbers, as in the pairs of a bridge
 */
export function embeddingsIn(file: string, isOfPairs: boolean): Embeddings {
  const bytes = WIDTH * 4 * (isOfPairs ? 2 : 1);
  const count = Math.floor(statSync(file).size / bytes);
  const descriptor = openSync(file, 'r');
  const all = Array.from({ length: count }, (_, n) => {
    const numbers = new Float32Array(WIDTH);
    readSync(descriptor, numbers, 0, WIDTH * 4, n * bytes + bytes - WIDTH * 4);
    return unit(numbers);
  });
  closeSync(descriptor);
  return (n) => {
    const vector = all[n % count] ?? new Float32Array(WIDTH);
    return n < count ? vector : noisy(vector, NOISE);
  };
}

/** Makes one of `count` portraits over three years, with ratings, stars, tags, labels and children. */
export async function makeSampleLibrary(
  root: string,
  count: number,
  embeddings: Embeddings,
): Promise<void> {
  const start = Date.now() - DAYS * DAY_MS;
  const pictures = await samplePictures();
  const { id, version } = manifest;
  const spaces = spacesOf(manifest);
  const latents = { z: null, condition: null, w: new Float32Array(WIDTH).fill(1) };
  await fillLibrary(root, count, (n) => ({
    ...(pictures[(n * 7) % pictures.length] as (typeof pictures)[number]),
    latents,
    generation: {
      pack: { id, version },
      spaces,
      prompt: promptOf(n),
      clipScore: ((n * 104_729) % 997) / 1_000,
      logLikelihood: -700 + ((n * 7_919) % 1_009) / 3,
      source: (n % 10 === 0 ? { kind: 'variation', strength: 0.5 } : { kind: 'prompt' }) as Lineage,
    },
    embedding: embeddings(n),
    // More on some days than on others, and none on some.
    madeAt:
      start + Math.floor(((n + 0.4 * (count / DAYS) * Math.sin(n / 997)) * DAYS * DAY_MS) / count),
  }));
  arrange(root);
}

/** Stars every 20th, rates every 7th, labels every 30th, tags every 50th, trashes every 500th. */
function arrange(root: string): void {
  const connection = new Connection(new LibraryFolder(root), 'write');
  connection.write(() => {
    connection.script(`
      UPDATE generations SET starred = 1 WHERE seq % 20 = 0;
      UPDATE generations SET rating = 1 + seq % 5 WHERE seq % 7 = 0;
      UPDATE generations SET color = 'green' WHERE seq % 30 = 0;
      UPDATE generations SET trashed_at = 1 WHERE seq % 500 = 1;
      INSERT INTO generation_tags (generation, tag)
        SELECT seq, iif(seq % 100 = 0, 'sea', 'for the cover') FROM generations WHERE seq % 50 = 0;
      INSERT INTO boards VALUES ('00000000-0000-4000-8000-000000000001', 'Series', NULL, 1, NULL, 0);
      INSERT INTO board_generations (board, generation, position)
        SELECT '00000000-0000-4000-8000-000000000001', seq, -seq FROM generations WHERE seq % 33 = 0;
    `);
  });
  connection.close();
}

async function samplePictures(): Promise<{ picture: Uint8Array; thumbnail: Uint8Array }[]> {
  const variants = STYLE_NAMES.flatMap((name) =>
    Array.from({ length: HUES }, (_, step) => ({ name, hue: (step * 360) / HUES })),
  );
  return Promise.all(
    variants.map(async ({ name, hue }) => {
      const image = sharp(path.join(PACK, 'styles', `${name}.webp`))
        .resize(256, 256)
        .modulate({ hue });
      const [picture, thumbnail] = await Promise.all([
        image.clone().png().toBuffer(),
        image.clone().webp({ quality: 80 }).toBuffer(),
      ]);
      return { picture, thumbnail };
    }),
  );
}
