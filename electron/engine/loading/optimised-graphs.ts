import { createHash } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { forkInference } from '../inference/fork.ts';
import { InferenceWorker } from '../inference/worker.ts';
import { graphsOf } from '../packs/graphs.ts';
import type { Pack } from '../packs/pack.ts';
import { fileState } from '../storage/file-state.ts';
import { filesBelow } from '../storage/files-below.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { closeTree } from '../storage/private.ts';
import { keepFile, withDraft } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { entriesOf, remove } from '../storage/remove.ts';
import { RUNTIME } from './runtime.ts';

/** To be raised when graphs are loaded with other settings. */
const EDITION = 1;
const GRAPH = 'graph.onnx';
const NUMBERS = `${GRAPH}.data`;
/** Whoever has just opened the studio wants to draw. */
const QUIET_MS = 10_000;
/** What packs that are not in use may have together. */
const MOST_BYTES = 2_000_000_000;
const MAX_STATE_BYTES = 2_000;

export interface OptimisedGraphsOptions {
  readonly mayWrite: () => boolean;
  readonly quietMs?: number;
  readonly mostBytes?: number;
}

/**
 * Graphs as ONNX Runtime has optimised them for this machine's CPU: `optimised/` beside the library. All of it can be
 * deleted; what is missing, or not as it was written, is made again for a pack that is opened a second time, by a
 * process of its own that makes way for all others. GPUs compile what they compute, which their drivers keep.
 */
export class OptimisedGraphs {
  readonly #root: string;
  readonly #options: Required<OptimisedGraphsOptions>;
  readonly #end = new AbortController();
  #making: Promise<void> = Promise.resolve();

  /** @param library root folder of the library */
  constructor(library: string, options: OptimisedGraphsOptions) {
    this.#root = path.join(library, 'optimised');
    this.#options = { quietMs: QUIET_MS, mostBytes: MOST_BYTES, ...options };
  }

  /** The files of those that are there, by the graph's name in the manifest. */
  async find(pack: Pack): Promise<ReadonlyMap<string, string>> {
    const folder = this.#folderOf(pack);
    const found = new Map<string, string>();
    for (const { graph, role } of graphsOf(pack.manifest)) {
      if (await isAsWritten(path.join(folder, role)))
        found.set(graph, path.join(folder, role, GRAPH));
    }
    return found;
  }

  /** Makes those that are missing, some time after the pack was opened. One that cannot be made is left out. */
  makeLater(pack: Pack): void {
    const { mayWrite, quietMs } = this.#options;
    const { signal } = this.#end;
    const make = async () => {
      await delay(quietMs, undefined, { signal, ref: false });
      if (mayWrite()) await this.#makeMissing(pack);
    };
    this.#making = this.#making.then(make).catch(() => undefined);
  }

  /** Waits until what is being made is made. */
  async settled(): Promise<void> {
    await this.#making;
  }

  /** Ends what is being made. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#making;
  }

  async #makeMissing(pack: Pack): Promise<void> {
    const found = await this.find(pack);
    const missing = graphsOf(pack.manifest).filter(({ graph }) => !found.has(graph));
    if (missing.length === 0) return;
    const folder = this.#folderOf(pack);
    await this.#makeRoom(folder);
    await makeFolder(folder, PRIVATE_FOLDER);
    const worker = new InferenceWorker(forkInference);
    const end = () => worker.kill();
    this.#end.signal.addEventListener('abort', end);
    try {
      if (worker.pid !== undefined) setPriority(worker.pid, constants.priority.PRIORITY_LOW);
      for (const { graph, role } of missing) {
        this.#end.signal.throwIfAborted();
        await make(pack.file(graph), path.join(folder, role), worker);
      }
    } finally {
      this.#end.signal.removeEventListener('abort', end);
      worker.kill();
    }
  }

  /** Removes what other packs have, those first that were made longest ago, until there is room for this one. */
  async #makeRoom(folder: string): Promise<void> {
    const others = (await entriesOf(this.#root))
      .map(({ name }) => path.join(this.#root, name))
      .filter((other) => other !== folder);
    const sized = await Promise.all(
      others.map(async (other) => ({ other, ...(await sizeOf(other)) })),
    );
    let bytes = 0;
    for (const { other, ...size } of sized.sort((a, b) => b.changedMs - a.changedMs)) {
      bytes += size.bytes;
      if (bytes > this.#options.mostBytes) await remove(other);
    }
  }

  /** A name for all that the numbers of a pack's graphs depend on. */
  #folderOf({ manifest }: Pack): string {
    const made = JSON.stringify([EDITION, RUNTIME, manifest.files]);
    return path.join(this.#root, createHash('sha256').update(made).digest('hex').slice(0, 32));
  }
}

async function make(graph: string, folder: string, worker: InferenceWorker): Promise<void> {
  await remove(folder);
  await withDraft(folder, async (draft) => {
    await mkdir(draft);
    await worker.ask({ kind: 'optimise', graph, into: path.join(draft, GRAPH) });
    await closeTree(draft);
    await rename(draft, folder);
  });
  await keepFile(stateFile(folder), JSON.stringify(await statesOf(folder)));
}

async function isAsWritten(folder: string): Promise<boolean> {
  const states = await statesOf(folder);
  const kept = await readRegular(stateFile(folder), MAX_STATE_BYTES).catch(() => null);
  return states.length > 0 && kept?.toString() === JSON.stringify(states);
}

/** Small graphs have their numbers within. */
async function statesOf(folder: string): Promise<(readonly string[])[]> {
  const files = await Promise.all(
    [GRAPH, NUMBERS].map((name) => fileState(path.join(folder, name))),
  );
  return files.flatMap((file) => (file ? [file.told] : []));
}

function stateFile(folder: string): string {
  return `${folder}.json`;
}

async function sizeOf(folder: string): Promise<{ bytes: number; changedMs: number }> {
  const { files } = await filesBelow(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const { mtimeMs } = await stat(folder);
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), changedMs: mtimeMs };
}
