import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest, PackWidths } from '../../contract/pack.ts';
import type { Spaces } from '../../contract/spaces.ts';
import { trackProgress } from '../../contract/progress.ts';
import type { GraphSignature } from '../inference/protocol.ts';
import { deferRejection } from '../jobs/pipeline.ts';
import type { Inference } from '../inference/inference.ts';
import { kindOf } from '../images/signatures.ts';
import { checkGraph } from './graph.ts';
import { graphsOf, type ModelGraph } from './graphs.ts';
import { ListedFiles, type VerifyOptions } from './integrity.ts';
import { readManifest, usedNumbers } from './manifest.ts';
import { MAX_GRAPH_BYTES, ModelFolder } from './model-folder.ts';
import { MAX_PHRASES_BYTES, parsePhrases } from './phrases.ts';
import { checkSignature } from './signatures.ts';
import { spacesOf } from './spaces.ts';

const MAX_SAMPLE_BYTES = 1_000_000;
const SAMPLE_FORMATS: readonly string[] = ['png', 'jpeg', 'webp'];

/** A model pack whose files, graphs and pictures have been checked. */
export class Pack extends ModelFolder {
  readonly manifest: PackManifest;
  /** The names of the spaces in which its numbers lie. */
  readonly spaces: Spaces;

  constructor(folder: string, manifest: PackManifest) {
    super(folder);
    this.manifest = manifest;
    this.spaces = spacesOf(manifest);
  }

  /** Absolute paths of all graphs, as `Inference.release` takes them. */
  get graphs(): string[] {
    return graphsOf(this.manifest).map(({ graph }) => this.file(graph));
  }

  /** How many numbers a CLIP embedding, the mapping network's z and a w have. */
  get widths(): PackWidths {
    return this.manifest.widths;
  }

  /**
   * The embeddings of a bank, int8 [count × clip].
   *
   * @throws StudioError `pack-file-invalid` when there are not so many, or one is all zeros
   */
  async readBank({
    embeddings,
    count,
  }: NonNullable<PackManifest['flow']['bank']>): Promise<Int8Array> {
    const { clip: width } = this.widths;
    const bytes = await this.read(embeddings, count * width);
    const rows = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    const isEmpty = (_: unknown, i: number) =>
      rows.subarray(i * width, (i + 1) * width).every((value) => value === 0);
    if (rows.length === count * width && !Array.from({ length: count }).some(isEmpty)) return rows;
    throw new StudioError(
      'pack-file-invalid',
      `The pack's file "${embeddings}" does not hold ${count} embeddings of ${width} numbers.`,
    );
  }

  /**
   * The phrases that portraits are described by; none of a pack without a vocabulary.
   *
   * @throws StudioError `pack-file-invalid`
   */
  async readVocabulary(): Promise<string[]> {
    const { vocabulary } = this.manifest;
    if (vocabulary === undefined) return [];
    return parsePhrases(vocabulary, await this.read(vocabulary, MAX_PHRASES_BYTES));
  }

  /** The sample picture of a style. @throws StudioError `pack-file-invalid` for what is no small picture */
  async readSample(name: string): Promise<Buffer> {
    const picture = await this.read(name, MAX_SAMPLE_BYTES, 'A sample is a small picture.');
    if (SAMPLE_FORMATS.includes(kindOf(picture)?.format ?? '')) return picture;
    throw new StudioError(
      'pack-file-invalid',
      `The pack's file "${name}" is no picture in PNG, JPEG or WebP.`,
    );
  }
}

/**
 * Opens a model pack, or says why not: checks the manifest, the hash of every file, what every graph is
 * made of, and its inputs and outputs. No graph is loaded before it was looked at, but while others still are. What
 * the graphs give is tried once they are loaded (`loading/test-drawing.ts`).
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function openPack(
  folder: string,
  inference: Inference,
  options: VerifyOptions = {},
): Promise<Pack> {
  const pack = new Pack(folder, await readManifest(folder));
  const files = new ListedFiles(pack.folder, pack.manifest, options);
  const loading = await beginLoading(pack, graphsOf(pack.manifest), inference, options, files);
  await files.verifyAll();
  for (const { file, count } of usedNumbers(pack.manifest)) await pack.readNumbers(file, count);
  const { bank } = pack.manifest.flow;
  if (bank) await pack.readBank(bank);
  await pack.readVocabulary();
  for (const { sample } of pack.manifest.styles) await pack.readSample(sample);
  await checkSignatures(loading, options);
  return pack;
}

export interface CheckOptions extends VerifyOptions {
  /** Of graphs that are released soon: they take little memory rather than little time. */
  readonly sparing?: boolean | undefined;
}

/** A folder whose manifest lists its files. */
type ListedFolder = ModelFolder & { readonly manifest: Pick<PackManifest, 'files'> };

/**
 * Checks what graphs are made of, and their inputs and outputs, for which ONNX Runtime loads those that passed.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function checkGraphs(
  models: ListedFolder,
  graphs: readonly ModelGraph[],
  inference: Inference,
  options: CheckOptions,
): Promise<void> {
  await checkSignatures(await beginLoading(models, graphs, inference, options), options);
}

interface LoadingGraph {
  readonly graph: ModelGraph;
  readonly signature: Promise<GraphSignature>;
}

/**
 * Looks at what graphs are made of. Each that passed is being loaded while the next is looked at.
 *
 * @param unverified files whose hashes are checked before they are read; by default they have been
 */
async function beginLoading(
  models: ListedFolder,
  graphs: readonly ModelGraph[],
  inference: Inference,
  { signal, sparing }: CheckOptions,
  unverified?: ListedFiles,
): Promise<LoadingGraph[]> {
  const { files } = models.manifest;
  // One after the other in the same memory: all of them together would be as much again as ONNX Runtime needs.
  const bytes = graphs.map(({ graph }) => files[graph]?.bytes ?? 0);
  const memory = Buffer.allocUnsafeSlow(Math.min(Math.max(0, ...bytes), MAX_GRAPH_BYTES));
  const loading: LoadingGraph[] = [];
  for (const graph of graphs) {
    throwIfCancelled(signal);
    const { graph: name, threads } = graph;
    await unverified?.verify([name]);
    const beside = new Set<string>();
    const isListed = (file: string) => {
      beside.add(file);
      return Object.hasOwn(files, file);
    };
    checkGraph(await models.readGraph(name, memory), name, isListed);
    await unverified?.verify(beside);
    const signature = inference.describe(models.file(name), { signal, threads, sparing });
    loading.push({ graph, signature: deferRejection(signature) });
  }
  return loading;
}

async function checkSignatures(
  loading: readonly LoadingGraph[],
  { signal, onProgress }: CheckOptions,
): Promise<void> {
  const progress = trackProgress('load-models', loading.length, onProgress);
  for (const { graph, signature } of loading) {
    throwIfCancelled(signal);
    checkSignature(graph, await signature);
    progress.advance();
  }
  progress.finish();
}
