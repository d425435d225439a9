/**
 * How fast a library of many portraits opens, lists and searches, how much its search finds, and what it takes:
 * `npm run bench:library -- [count] [--embeddings file.f32 [--pairs]] [--at folder]`. The file holds embeddings of 512
 * float32 numbers, one after the other or each after 512 others (`--pairs`): they are repeated with noise. Without one they are random, which
 * is the worst there can be. A library that is there already in the folder of `--at` is measured as it is, and one that is
 * made there stays. CPU is what this process had of the processors, which counts where others use them too; the longest
 * turn is how much of that its main thread took without letting anything else have its turn.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import type { SortKey } from '../../electron/contract/library.ts';
import { parseQuery } from '../../electron/contract/query.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import { samplePicture, samplePortrait, WIDTH } from '../support/portraits.ts';
import {
  embeddingsIn,
  makeSampleLibrary,
  noisy,
  randomEmbeddings,
  SPACE,
} from '../support/sample-library.ts';

type Vector = Float32Array<ArrayBuffer>;

const REPEATS = 30;
const PAGE = 100;
const BEST = 50;
/** How far what is searched for lies from what there is, as a part of its length. */
const DISTANCES = [0.8, 2, 3.5];
const QUERIES_FOR_RECALL = 10;

const table: Record<string, Record<string, string>> = {};

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function note(name: string, value: string): void {
  table[name] = { ...table[name], value };
}

/** The processor time of the main thread between two looks that the event loop lets happen. */
class Turns {
  longest = 0;
  #last = threadCpuMs();
  readonly #timer = setInterval(() => this.#look(), 1);

  end(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.longest;
  }

  #look(): void {
    const now = threadCpuMs();
    this.longest = Math.max(this.longest, now - this.#last);
    this.#last = now;
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** One run, or many with the median and the slowest but one in twenty. */
async function measure(name: string, work: (n: number) => unknown, repeats = 1): Promise<void> {
  const times: number[] = [];
  const before = process.cpuUsage();
  const turns = new Turns();
  for (let n = 0; n < repeats; n += 1) {
    const startedAt = performance.now();
    await work(n);
    times.push(performance.now() - startedAt);
    await nextTurn();
  }
  const longest = turns.end();
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number) => ms(times[Math.floor(share * (repeats - 1))] ?? 0);
  table[name] = {
    ...(repeats > 1 ? { p50: at(0.5), p95: at(0.95) } : { value: at(0) }),
    CPU: ms((user + system) / 1_000 / repeats),
    'longest turn': ms(longest),
    'memory by then': peakMemory(),
  };
}

/** Some of the embeddings, evenly over all. */
function someEmbeddings(root: string, count: number): Vector[] {
  const database = new Database(path.join(root, 'library.db'), { readonly: true });
  const last = Number(database.prepare('SELECT max(number) FROM embeddings').pluck().get());
  const read = database.prepare('SELECT vector FROM embeddings WHERE number >= ? LIMIT 1').pluck();
  const found = Array.from({ length: count }, (_, n) => {
    const blob = read.get(1 + Math.floor((n * last) / count)) as Buffer;
    return new Float32Array(new Uint8Array(blob).buffer);
  });
  database.close();
  return found;
}

/** For each query the cosine of the last of the truly nearest outside the trash. */
function thresholds(root: string, queries: readonly Vector[]): number[] {
  const database = new Database(path.join(root, 'library.db'), { readonly: true });
  const best = queries.map(() => new Float64Array(BEST).fill(-2));
  const rows = database
    .prepare('SELECT vector FROM embeddings JOIN generations USING (seq) WHERE trashed_at IS NULL')
    .pluck();
  for (const blob of rows.iterate() as Iterable<Buffer>) {
    const vector = new Float32Array(new Uint8Array(blob).buffer);
    for (const [nth, query] of queries.entries()) {
      let similarity = 0;
      for (let at = 0; at < WIDTH; at += 1) similarity += (vector[at] ?? 0) * (query[at] ?? 0);
      const kept = best[nth]!;
      if (similarity > kept[0]!) {
        kept[0] = similarity;
        kept.sort();
      }
    }
  }
  database.close();
  return best.map((kept) => kept[0]!);
}

/** The share of the truly nearest that a search finds. */
async function measureRecall({ reader, root }: Library, sources: readonly Vector[]): Promise<void> {
  const queries = DISTANCES.flatMap((distance) => sources.map((one) => noisy(one, distance)));
  const least = thresholds(root, queries);
  for (const [group, distance] of DISTANCES.entries()) {
    let found = 0;
    for (let n = group * sources.length; n < (group + 1) * sources.length; n += 1) {
      const hits = await reader.search(queries[n]!, SPACE, BEST);
      found += hits.filter(({ similarity }) => (similarity ?? -1) >= least[n]! - 1e-5).length;
    }
    note(`recall@${BEST}, noise ${distance}`, (found / sources.length / BEST).toFixed(3));
  }
}

function peakMemory(): string {
  return `${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`;
}

const STAGES = ['fill', 'open-first', 'measure'] as const;
type Stage = (typeof STAGES)[number];

/** Each in a process of its own, whose memory is none of the others'. */
function run(stage: Stage, root: string): void {
  const script = [...process.execArgv, import.meta.filename, ...process.argv.slice(2)];
  execFileSync(process.execPath, [...script, '--at', root, '--stage', stage], { stdio: 'inherit' });
}

async function fill(root: string, count: number): Promise<void> {
  const { embeddings, pairs } = options;
  const like = embeddings === undefined ? randomEmbeddings : embeddingsIn(embeddings, pairs);
  const startedAt = performance.now();
  await makeSampleLibrary(root, count, like);
  const rate = (count / (performance.now() - startedAt)) * 1_000;
  note('rows a second, filling', String(Math.round(rate)));
}

/** What is made at the first opening: what lies in the folders is looked through, and the index is made. */
async function openFirst(root: string): Promise<void> {
  let library: Library | undefined;
  await measure('first opening', async () => (library = await openLibrary(root, sharpCodec)));
  await measure('looked through, in the background', () => library?.reconciled);
  note('memory at the most, looked through', peakMemory());
  await measure('index made, in the background', () => library?.index.sync());
  await measure('closing', () => library?.close());
  note('memory at the most, index made', peakMemory());
}

async function measureReading({ reader }: Library, queries: readonly Vector[]): Promise<void> {
  const count = reader.count();
  for (const sort of ['date', 'name', 'rating'] satisfies SortKey[]) {
    await measure(`order by ${sort}`, () => reader.page({ sort, limit: PAGE, offset: 1 }));
    const anywhere = (n: number) => Math.floor((((n * 7) % REPEATS) * count) / REPEATS);
    const page = (n: number) => reader.page({ sort, limit: PAGE, offset: anywhere(n) });
    await measure(`page anywhere, by ${sort}`, page, REPEATS);
  }
  const filtered = { query: 'rating>=4 portrait', limit: PAGE, offset: 1 };
  await measure('order of a filter', () => reader.page(filtered));
  await measure('page of a filter', () => reader.page(filtered), REPEATS);
  await measure('statistics', () => reader.stats(), REPEATS);
  await measure('tags', () => reader.tags());
  await measure('boards', () => reader.boards());
  await measure('days', () => reader.groups({ by: 'day', limit: 10_000 }));
  await measure('first search, index read', () => reader.search(queries[0]!, SPACE, BEST));
  const near = (n: number) => ({ embedding: queries[n]!, space: SPACE });
  await measure('search by meaning', (n) => reader.search(queries[n]!, SPACE, BEST), REPEATS);
  for (const [name, text] of [
    ['rare word', 'zeppelin'],
    ['frequent word', 'astronaut'],
    ['word and filter', 'astronaut rating>=4'],
  ] as const) {
    const page = { limit: BEST, offset: 0 };
    const search = (n: number) => reader.searchFor(parseQuery(text), near(n), page);
    await measure(`search by meaning and a ${name}, first`, () => search(0));
    await measure(`search by meaning and a ${name}`, search, REPEATS);
  }
}

async function measureWriting({ reader, writer }: Library, queries: readonly Vector[]) {
  const added: string[] = [];
  const add = async (n: number) => {
    const { id } = await writer.add(samplePortrait(n, { picture: samplePicture(n, 128) }));
    added.push(id);
  };
  await measure('add (128 px)', add, REPEATS);
  const searchAfter = async (n: number) => {
    await add(n);
    return reader.search(queries[n]!, SPACE, BEST);
  };
  await measure('add and search', searchAfter, 5);
  const ids = reader.list({ limit: 1_000 }).items.map(({ id }) => id);
  let undo = '';
  await measure('star 1,000', () => (undo = writer.star(ids, true).undo ?? ''));
  await measure('take that back', () => writer.arranger.undo(undo));
  writer.trash(added);
  await writer.purge(added);
}

async function measureAll(root: string): Promise<void> {
  let library: Library | undefined;
  await measure('opening to first page', async () => {
    library = await openLibrary(root, sharpCodec);
    library.reader.list({ limit: PAGE });
  });
  if (library === undefined) return;
  const { reader } = library;
  await measure('first page', () => reader.list({ limit: PAGE }), REPEATS);
  const { size } = await stat(path.join(root, 'library.db'));
  note('portraits', String(reader.count()));
  note('bytes a row', String(Math.round(size / reader.count())));
  const queries = someEmbeddings(root, REPEATS).map((one) => noisy(one, 2));
  await measureReading(library, queries);
  await measureWriting(library, queries);
  note('memory at the most', peakMemory());
  await measureRecall(library, someEmbeddings(root, QUERIES_FOR_RECALL));
  await library.close();
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    embeddings: { type: 'string' },
    pairs: { type: 'boolean', default: false },
    at: { type: 'string' },
    stage: { type: 'string' },
  },
});
const count = Number(positionals[0] ?? 5_000);
const DO: Record<Stage, (root: string) => Promise<void>> = {
  fill: (root) => fill(root, count),
  'open-first': openFirst,
  measure: measureAll,
};
const stage = STAGES.find((name) => name === options.stage);
const root = options.at ?? (await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-')));
if (stage) {
  await DO[stage](root);
  console.table(table);
} else {
  try {
    if (!existsSync(path.join(root, 'library.db'))) run('fill', root);
    if (!existsSync(path.join(root, 'index'))) run('open-first', root);
    run('measure', root);
  } finally {
    if (options.at === undefined) await rm(root, { recursive: true, force: true });
  }
}
