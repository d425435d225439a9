/**
 * How fast a library of many portraits opens, lists and searches: `node test/bench/library.ts [count]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { fillLibrary } from '../support/fill-library.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';

const REPEATS = 30;
const PAGE = 100;

async function measure(name: string, work: (n: number) => unknown): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < REPEATS; n += 1) {
    const startedAt = performance.now();
    await work(n);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * (REPEATS - 1))] ?? 0).toFixed(1);
  console.log(`${name.padEnd(34)} p50 ${at(0.5).padStart(7)} ms   p95 ${at(0.95).padStart(7)} ms`);
}

async function benchLibrary(count: number): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
  try {
    const nothing = new Uint8Array();
    await fillLibrary(root, count, () => ({ picture: nothing, thumbnail: nothing }));
    const startedAt = performance.now();
    const library = await openLibrary(root, sharpCodec);
    console.log(`Library of ${count}: opened in ${(performance.now() - startedAt).toFixed(0)} ms`);
    const { reader, writer } = library;
    const newest = reader.list({ limit: 1 }).items[0]?.id ?? '';
    const pages: (string | null)[] = [null];
    await measure(`list ${PAGE}, page after page`, () => {
      const before = pages.at(-1);
      pages.push(reader.list({ limit: PAGE, ...(before && { before }) }).next);
    });
    await measure('count', () => reader.count());
    await measure('similar, 50 best', () => reader.similar(newest, 50));
    await measure('add (128 px)', (n) =>
      writer.add(samplePortrait(n, { picture: samplePicture(n, 128) })),
    );
    await measure('star and unstar 100', (n) => {
      const ids = reader.list({ limit: 100 }).items.map(({ id }) => id);
      return writer.star(ids, n % 2 === 0).changed;
    });
    await library.close();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

await benchLibrary(Number(process.argv[2] ?? 5_000));
