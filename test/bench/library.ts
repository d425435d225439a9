/**
 * How fast a library of many portraits opens, lists and searches, and how much its search finds:
 * `npm run bench:library -- [count] [embeddings.f32]`. The file holds embeddings of 512 float32 numbers, one after
 * the other or each after 512 others (`--pairs`): they are repeated with noise. Without one they are random, which
 * is the worst there can be.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { parseQuery } from '../../electron/contract/query.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import { fillLibrary } from '../support/fill-library.ts';
import { samplePicture, samplePortrait, WIDTH } from '../support/portraits.ts';

const REPEATS = 30;
const PAGE = 100;
const BEST = 50;
const SPACE = 'tiny@1.0.0';
const YEARS = 3 * 365 * 86_400_000;
/** How far repeated embeddings lie from where they came from. */
const NOISE = 0.35;

const NOUNS =
  'man woman child sailor astronaut chef king queen robot fox pirate clown nurse poet monk'.split(
    ' ',
  );
const KINDS = 'old young smiling sad angry bearded red blue painted tiny giant tired famous'.split(
  ' ',
);

const random = () => Math.random() + Math.random() + Math.random() - 1.5;

function unit(numbers: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

/** `vector` with noise so many times as long as it is. */
function noisy(vector: Float32Array<ArrayBuffer>, amount: number): Float32Array<ArrayBuffer> {
  const each = (amount * 2) / Math.sqrt(WIDTH);
  return unit(vector.map((value) => value + each * random()));
}

type Embeddings = (n: number) => Float32Array<ArrayBuffer>;

function embeddingsOf(file: string | undefined, isOfPairs: boolean): Embeddings {
  if (file === undefined) return () => unit(new Float32Array(WIDTH).map(random));
  const bytes = WIDTH * 4 * (isOfPairs ? 2 : 1);
  const count = Math.floor(statSync(file).size / bytes);
  const descriptor = openSync(file, 'r');
  const all = Array.from({ length: count }, (_, n) => {
    const numbers = new Float32Array(WIDTH);
    readSync(descriptor, numbers, 0, WIDTH * 4, n * bytes + bytes - WIDTH * 4);
    return numbers;
  });
  closeSync(descriptor);
  return (n) => {
    const vector = all[n % count] ?? new Float32Array(WIDTH);
    return n < count ? vector : noisy(vector, NOISE);
  };
}

/** Of all runs; and what this process had of the processors in one, which counts where others use them too. */
async function measure(
  name: string,
  work: (n: number) => unknown,
  repeats = REPEATS,
): Promise<void> {
  const times: number[] = [];
  const usedBefore = process.cpuUsage();
  for (let n = 0; n < repeats; n += 1) {
    const startedAt = performance.now();
    await work(n);
    times.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(usedBefore);
  times.sort((a, b) => a - b);
  const at = (share: number) => shown(times[Math.floor(share * (repeats - 1))] ?? 0);
  const used = shown((user + system) / 1_000 / repeats);
  console.log(`${name.padEnd(44)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   CPU ${used} ms`);
}

const shown = (value: number) => value.toFixed(1).padStart(7);

function note(name: string, value: string): void {
  console.log(`${name.padEnd(44)} ${value}`);
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [startedAt, usedBefore] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(usedBefore);
  const used = ((user + system) / 1_000).toFixed(0);
  note(name, `${(performance.now() - startedAt).toFixed(0)} ms, CPU ${used} ms`);
  return result;
}

/** The share of the truly nearest that a search finds, over some queries each so far from what there is. */
async function recall({ reader, root }: Library, queries: Float32Array<ArrayBuffer>[]) {
  const database = new Database(path.join(root, 'library.db'), { readonly: true });
  sqliteVec.load(database);
  const exact = database
    .prepare(
      'SELECT vec_distance_cosine(vector, ?) AS d FROM embeddings ORDER BY d LIMIT 1 OFFSET ?',
    )
    .pluck();
  let found = 0;
  for (const query of queries) {
    const threshold = 1 - Number(exact.get(Buffer.from(query.buffer), BEST - 1));
    const hits = await reader.search(query, SPACE, BEST);
    found += hits.filter(({ similarity }) => (similarity ?? -1) >= threshold - 1e-5).length;
  }
  database.close();
  return (found / queries.length / BEST).toFixed(3);
}

async function benchLibrary(root: string, count: number, embeddings: Embeddings): Promise<void> {
  const nothing = new Uint8Array();
  const start = Date.now() - YEARS;
  const w = new Float32Array(WIDTH).fill(1);
  const promptOf = (n: number) =>
    `a ${KINDS[n % KINDS.length]} ${NOUNS[n % NOUNS.length]} ${n % 1_000 === 0 ? 'zeppelin' : 'portrait'}`;
  const startedAt = performance.now();
  await fillLibrary(root, count, (n) => ({
    ...{ picture: nothing, thumbnail: nothing, latents: { z: null, condition: null, w } },
    generation: { prompt: promptOf(n) },
    embedding: embeddings(n),
    madeAt: start + Math.floor((n * YEARS) / count),
  }));
  note(
    'rows and files a second, filling',
    String(Math.round((count / (performance.now() - startedAt)) * 1_000)),
  );
  const { size } = await stat(path.join(root, 'library.db'));
  note('bytes a row (w and an embedding: 4,096)', String(Math.round(size / count)));

  const first = await timed('first opening, looks at every file', () =>
    openLibrary(root, sharpCodec),
  );
  await timed('vector index made from the database', () =>
    first.reader.search(embeddings(1), SPACE, 1),
  );
  await timed('closing, index written', () => first.close());
  await benchOpen(root, embeddings, promptOf);
}

async function benchOpen(
  root: string,
  embeddings: Embeddings,
  promptOf: (n: number) => string,
): Promise<void> {
  const before = process.memoryUsage.rss();
  const library = await timed('opening', () => openLibrary(root, sharpCodec));
  const { reader, writer } = library;
  await timed('first page', async () => reader.list({ limit: PAGE }));
  await timed('first search, index read', () => reader.search(embeddings(1), SPACE, BEST));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const newest = reader.list({ limit: 1 }).items[0]?.id ?? '';
  const pages: (string | null)[] = [null];
  await measure(`list ${PAGE}, page after page`, () => {
    const after = pages.at(-1);
    pages.push(reader.list({ limit: PAGE, ...(after && { before: after }) }).next);
  });
  await measure('count', () => reader.count());
  await measure('statistics', () => reader.stats());
  const queries = Array.from({ length: REPEATS }, (_, n) => noisy(embeddings(n * 37), 2));
  delay.enable();
  await measure(`search by meaning, ${BEST} best`, (n) => reader.search(queries[n]!, SPACE, BEST));
  const near = (n: number) => ({ embedding: queries[n]!, space: SPACE });
  const page = { limit: BEST, offset: 0 };
  await measure('search by words and meaning, rare word', (n) =>
    reader.searchFor(parseQuery('zeppelin'), near(n), page),
  );
  await measure('search by words and meaning, frequent word', (n) =>
    reader.searchFor(parseQuery('astronaut'), near(n), page),
  );
  await measure(
    'the same with filters, each another',
    (n) => reader.searchFor(parseQuery(`astronaut seed>${n}`), near(n), page),
    5,
  );
  await measure('similar, 50 best', () => reader.similar(newest, BEST));
  delay.disable();
  note('event loop held up at the most', `${(delay.max / 1e6).toFixed(0)} ms`);
  await measure('list by an exact word', (n) => reader.list({ limit: PAGE, query: promptOf(n) }));
  note(
    'memory',
    `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB, ${Math.round(before / 2 ** 20)} MB before opening`,
  );
  await measure('add (128 px)', (n) =>
    writer.add(samplePortrait(n, { picture: samplePicture(n, 128) })),
  );
  await measure(
    'search right after adding',
    async (n) => {
      await writer.add(samplePortrait(n));
      return reader.search(queries[n]!, SPACE, BEST);
    },
    5,
  );
  await measure('star and unstar 100', (n) => {
    const ids = reader.list({ limit: 100 }).items.map(({ id }) => id);
    return writer.star(ids, n % 2 === 0);
  });
  for (const distance of [0.8, 2, 3.5]) {
    const far = Array.from({ length: 10 }, (_, n) => noisy(embeddings(n * 53), distance));
    note(`recall of ${BEST}, noise ${distance}`, await recall(library, far));
  }
  await library.close();
}

const [count = '5000', file] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith('--'));
const root = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
try {
  await benchLibrary(root, Number(count), embeddingsOf(file, process.argv.includes('--pairs')));
} finally {
  await rm(root, { recursive: true, force: true });
}
