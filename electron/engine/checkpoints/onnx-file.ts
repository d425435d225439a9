/** An ONNX file that somebody else exported, looked at before anything of it is run. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import type { GraphSignature } from '../inference/protocol.ts';
import { checkGraph } from '../packs/graph.ts';
import { MAX_GRAPH_BYTES } from '../packs/model-folder.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { readRegular, regularSize } from '../storage/regular-file.ts';
import { invalid } from './refusal.ts';

export interface OnnxFile {
  readonly file: string;
  readonly label: string;
  readonly model: Uint8Array;
  /** Files beside it that hold its numbers. */
  readonly data: readonly string[];
  readonly signature: GraphSignature;
}

/** @throws StudioError `checkpoint-invalid`, and what checking a graph throws */
export async function openOnnxFile(file: string, inference: Inference): Promise<OnnxFile> {
  const label = path.basename(file);
  const model = await readRegular(file, MAX_GRAPH_BYTES);
  const data: string[] = [];
  checkGraph(model, label, (name) => {
    data.push(name);
    return true;
  });
  for (const name of data) {
    if ((await regularSize(path.join(path.dirname(file), name))) !== undefined) continue;
    throw invalid(
      label,
      `its numbers are in the file ${name}, which is not beside it. Bring both together`,
    );
  }
  try {
    return { file, label, model, data, signature: await inference.describe(file) };
  } catch (thrown) {
    if (!(thrown instanceof StudioError) || thrown.code !== 'inference-failed') throw thrown;
    throw invalid(label, 'ONNX Runtime cannot load it', thrown);
  } finally {
    await inference.release([file]);
  }
}

/** Writes a network with the files that hold its numbers beside it, which it goes on to name as before. */
export async function place(network: OnnxFile, model: Uint8Array, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
  for (const name of network.data) {
    const target = path.join(path.dirname(file), name);
    await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
    await copyFile(path.join(path.dirname(network.file), name), target);
  }
  await writeFile(file, model, { mode: PRIVATE_FILE });
}
