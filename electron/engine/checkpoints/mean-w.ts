/** The mean of w, towards which truncation goes, of networks that do not keep it. */
import { writeFile } from 'node:fs/promises';
import { throwIfCancelled } from '../../contract/errors.ts';
import { trackProgress } from '../../contract/progress.ts';
import type { Inference } from '../inference/inference.ts';
import { float32Tensor, outputData } from '../inference/rows.ts';
import { gaussian } from '../latent/gaussian.ts';
import { mean, stack, unstack } from '../latent/vectors.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import type { EmitOptions } from './emitted-generator.ts';

/** w whose mean is taken: its error is then a sixty-fourth of a deviation. */
const SAMPLES = 4_096;
const CHUNK = 256;

interface MappingWidths {
  readonly z: number;
  readonly classes: { readonly count: number; readonly default: number } | undefined;
}

export interface SampleOptions extends EmitOptions {
  readonly inference: Inference;
}

/**
 * w of the seeds from 1 on, of the default class where there are classes: 4,096 vectors [w].
 *
 * @param file a mapping network as packs have them
 * @throws StudioError `cancelled`, and what running graphs throws
 */
export async function sampleW(
  file: string,
  { z, classes }: MappingWidths,
  { inference, signal, onProgress }: SampleOptions,
): Promise<Float32Array[]> {
  const progress = trackProgress('sample', SAMPLES, onProgress);
  const label = new Float32Array(classes?.count ?? 0);
  if (classes) label[classes.default] = 1;
  const samples: Float32Array[] = [];
  for (let start = 0; start < SAMPLES; start += CHUNK) {
    throwIfCancelled(signal);
    const labels = stack(Array.from({ length: CHUNK }, () => label));
    const { w } = await inference.run(
      file,
      {
        z: float32Tensor(gaussian(start + 1, CHUNK * z), [CHUNK, z]),
        ...(classes && { class: float32Tensor(labels, [CHUNK, classes.count]) }),
      },
      { signal },
    );
    const width = w?.dims.at(-1) ?? 0;
    samples.push(...unstack(outputData(file, 'w', w, CHUNK * width), width));
    progress.advance(CHUNK);
  }
  progress.finish();
  await inference.release([file]);
  return samples;
}

export async function writeMean(samples: readonly Float32Array[], file: string): Promise<void> {
  await writeFile(file, bytesOfNumbers(mean(samples)), { flag: 'wx', mode: PRIVATE_FILE });
}
