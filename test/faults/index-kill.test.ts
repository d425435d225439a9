import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { LibraryThread } from '../../electron/engine/library/library-thread.ts';
import { IndexFiles } from '../../electron/engine/library/vector-index/index-files.ts';
import { VectorIndex } from '../../electron/engine/library/vector-index/vector-index.ts';
import { fillLibrary } from '../support/fill-library.ts';
import { temporaryFolder } from '../support/library.ts';
import { sampleVector } from '../support/portraits.ts';

/** `KILLS=300` for more of them. */
const KILLS = Number(process.env['KILLS'] ?? 5);
/** More than an index is kept for. */
const COUNT = 8_300;
/** How much later each of them is killed than the one before. */
const STEP_MS = 3;

it('an index that is being written when its process dies is made again, or whole', async () => {
  const root = await temporaryFolder();
  const nothing = new Uint8Array();
  const vectors = Array.from({ length: 100 }, (_, n) => sampleVector(n / 4));
  await fillLibrary(root, COUNT, (n) => ({
    ...{ picture: nothing, thumbnail: nothing },
    embedding: vectors[n % vectors.length] ?? sampleVector(n),
  }));
  const folder = new LibraryFolder(root);
  const connection = new Connection(folder, 'read');
  onTestFinished(() => connection.close());
  const nearest = () => {
    const files = new IndexFiles(folder.index);
    const thread = new LibraryThread(folder);
    const index = new VectorIndex({ connection, files, place: folder, thread, mayWrite: false });
    const search = { vector: sampleVector(7.1), isWanted: null, limit: 90, offset: 0 };
    return index.nearest('tiny@1.0.0', search);
  };
  const expected = await nearest();
  expect(expected).toHaveLength(90);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const maker = path.join(import.meta.dirname, 'make-index.ts');
    const child = spawn(process.execPath, [maker, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    // The last one may finish.
    const last = kill === KILLS - 1 ? 'kept' : 'writing';
    for await (const said of child.stdout) if (String(said).includes(last)) break;
    await setTimeout(kill * STEP_MS);
    child.kill('SIGKILL');
    if (child.signalCode === null) await once(child, 'exit');
    expect(await nearest()).toEqual(expected);
  }
  expect(await readdir(folder.index)).toContain('state.json');
}, 180_000);
