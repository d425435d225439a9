/** The encoders of a CLIP on their way from a folder or archive to a draft. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { throwIfCancelled } from '../../contract/errors.ts';
import { packPathSchema, type PackManifest } from '../../contract/pack.ts';
import { MalformedMessageError } from '../onnx/protobuf-reader.ts';
import type { Part } from '../onnx/protobuf-writer.ts';
import { checkGraph } from '../packs/graph.ts';
import type { PackSource } from '../packs/pack-source.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { regularSize } from '../storage/regular-file.ts';
import { takeTower, type Tower } from './clip-graph.ts';
import type { Family } from './clip-texts.ts';
import { invalid, unsupported } from './refusal.ts';

/** Protocol Buffers' own limit. */
const MAX_GRAPH_BYTES = 2 ** 31 - 1;
const MAX_FILE_BYTES = 2 ** 32;

export type Files = PackManifest['files'];
type Entry = Files[string];

/** What an encoder is called, what it may be fed, and what it gives. */
interface TowerKind {
  /** Each has a folder for itself, for numbers beside a graph belong to it alone. */
  readonly folder: 'text' | 'image';
  readonly inputs: readonly string[];
  /** Names that exporters give the wanted output, the best first. */
  readonly outputs: readonly string[];
  readonly output: 'text_embeds' | 'image_embeds';
}

/** SigLIP has no projection behind what it pools; elsewhere that would be no embedding. */
const pooled = (family: Family) => (family === 'siglip' ? ['pooler_output'] : []);

export const textTower = (family: Family): TowerKind => ({
  folder: 'text',
  inputs: ['input_ids', 'attention_mask'],
  outputs: ['text_embeds', 'text_embeddings', ...pooled(family)],
  output: 'text_embeds',
});

export const imageTower = (family: Family): TowerKind => ({
  folder: 'image',
  inputs: ['pixel_values'],
  outputs: ['image_embeds', 'image_embeddings', ...pooled(family)],
  output: 'image_embeds',
});

/** An encoder, and the name of its graph in the draft. */
export interface CopiedTower extends Tower {
  readonly graph: string;
}

interface Transfer {
  readonly from: PackSource;
  readonly draft: string;
  readonly label: string;
  /** Takes what is written. */
  readonly files: Files;
  readonly signal: AbortSignal | undefined;
}

/**
 * Copies an encoder and the numbers that lie beside it.
 *
 * @param source the graph in the folder or archive
 */
export async function copyTower(
  transfer: Transfer,
  source: string,
  kind: TowerKind,
): Promise<CopiedTower> {
  const { from, draft, label, files, signal } = transfer;
  throwIfCancelled(signal);
  const model = await from.read(source, MAX_GRAPH_BYTES, signal);
  if (!model) throw invalid(label, `its graph "${source}" is missing, or has more than 2 GB`);
  const graph = path.posix.join(kind.folder, path.posix.basename(source));
  const beside = new Set<string>();
  checkGraph(model, graph, (file) => Boolean(beside.add(file)));
  const tower = encoderIn(model, source, kind, label);
  await makeFolder(path.join(draft, kind.folder), PRIVATE_FOLDER);
  files[graph] = await writeWhole(path.join(draft, graph), tower.parts, signal);
  for (const file of beside) {
    const name = path.posix.relative(kind.folder, file);
    const original = path.posix.join(path.posix.dirname(source), name);
    files[file] = await copyNumbers(transfer, original, file);
  }
  return { ...tower, graph };
}

function encoderIn(model: Uint8Array, source: string, kind: TowerKind, label: string): Tower {
  const tower = taken(model, source, kind, label);
  if (!tower) {
    throw unsupported(
      label,
      `its graph "${source}" has no output "${kind.outputs[0]}", as exports without the projection into the ` +
        'common space have none',
    );
  }
  const unknown = tower.inputs.find(({ name }) => !kind.inputs.includes(name));
  const missing = tower.inputs.every(({ name }) => name !== kind.inputs[0]);
  if (unknown ?? missing) {
    const what = unknown ? `wants an input "${unknown.name}"` : `has no input "${kind.inputs[0]}"`;
    throw unsupported(label, `its graph "${source}" ${what}`);
  }
  return tower;
}

function taken(
  model: Uint8Array,
  source: string,
  { outputs, output }: TowerKind,
  label: string,
): Tower | undefined {
  try {
    return takeTower(model, outputs, output);
  } catch (thrown) {
    if (!(thrown instanceof MalformedMessageError)) throw thrown;
    throw invalid(label, `its graph "${source}" is no ONNX graph that can be read`, thrown);
  }
}

/** Numbers that a graph names: copied as they are, to the same place beside it. */
async function copyNumbers(
  { from, draft, label, signal }: Transfer,
  original: string,
  name: string,
): Promise<Entry> {
  throwIfCancelled(signal);
  if (!packPathSchema.safeParse(name).success) {
    throw invalid(label, 'it keeps its numbers in a file whose name is not kept everywhere');
  }
  const target = path.join(draft, name);
  await makeFolder(path.dirname(target), PRIVATE_FOLDER);
  await from.copy(original, target, MAX_FILE_BYTES, signal);
  const bytes = await regularSize(target);
  if (bytes === undefined) throw invalid(label, `its file "${original}" is missing, or too large`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(target, { highWaterMark: 1 << 20 }), hash, { signal });
  return { sha256: hash.digest('hex'), bytes };
}

/** Writes a new file of parts, one after the other. */
export async function writeWhole(
  file: string,
  parts: readonly Part[],
  signal?: AbortSignal,
): Promise<Entry> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', PRIVATE_FILE);
  try {
    for (const batch of batchesOf(parts)) {
      throwIfCancelled(signal);
      for (const part of batch) hash.update(part);
      bytes += await written(handle, batch);
    }
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function written(handle: FileHandle, batch: readonly Part[]): Promise<number> {
  const whole = batch.length === 1 ? batch : [Buffer.concat(batch)];
  await handle.writeFile(whole[0] ?? Buffer.alloc(0));
  return batch.reduce((sum, part) => sum + part.length, 0);
}

const BATCH_BYTES = 1 << 20;

/** A graph has thousands of small parts and few large ones: small ones are written together. */
function* batchesOf(parts: readonly Part[]): Generator<Part[]> {
  let batch: Part[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (bytes > 0 && bytes + part.length > BATCH_BYTES) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(part);
    bytes += part.length;
  }
  if (batch.length > 0) yield batch;
}
