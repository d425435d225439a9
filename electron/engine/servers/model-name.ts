/** What a graph is called on a server: by its content, so that a server with another one has none of that name. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { checkGraph } from '../packs/graph.ts';
import { hashFile } from '../storage/hash-file.ts';
import { openRegular, readRegular } from '../storage/regular-file.ts';

/** The same for the same numbers, wherever they stand: of a graph with numbers in other files, of all of them. */
export async function modelName(graph: string): Promise<string> {
  const files = [graph, ...(await filesBeside(graph))];
  const hashes = await Promise.all(files.map(hashOf));
  const [own = ''] = hashes;
  const hash =
    hashes.length === 1 ? own : createHash('sha256').update(hashes.join('\n')).digest('hex');
  return `clip-flow-${hash}`;
}

async function hashOf(file: string): Promise<string> {
  const handle = await openRegular(file);
  try {
    return await hashFile(handle);
  } finally {
    await handle.close();
  }
}

/** Files beside a graph that hold numbers of it, in the order of their names. */
export async function filesBeside(graph: string): Promise<string[]> {
  const found = new Set<string>();
  checkGraph(await readRegular(graph), path.basename(graph), (file) => Boolean(found.add(file)));
  return [...found].sort().map((file) => path.join(path.dirname(graph), file));
}

/** Names of graphs, found once for each state of a file. */
export class ModelNames {
  readonly #names = new Map<string, { readonly state: string; readonly name: Promise<string> }>();

  async of(graph: string): Promise<string> {
    const { ino, size, mtimeNs } = await stat(graph, { bigint: true });
    const state = [ino, size, mtimeNs].join();
    const known = this.#names.get(graph);
    if (known?.state === state) return known.name;
    const name = modelName(graph);
    this.#names.set(graph, { state, name });
    name.catch(() => this.#names.delete(graph));
    return name;
  }
}
