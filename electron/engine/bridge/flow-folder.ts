import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FlowFolder } from '../flow/flow.ts';
import { ModelFolder } from '../packs/model-folder.ts';
import { PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { exportFlow } from './export-flow.ts';
import type { TrainedFlow } from './trainer.ts';

/** A flow that was learnt, where a pack has it. */
export class LearntFlowFolder extends ModelFolder implements FlowFolder {
  readonly manifest: FlowFolder['manifest'];

  private constructor(folder: string, manifest: FlowFolder['manifest']) {
    super(folder);
    this.manifest = manifest;
  }

  /** Writes the two graphs into a folder. */
  static async write(
    folder: string,
    { flow, learnt }: TrainedFlow,
    signal?: AbortSignal,
  ): Promise<LearntFlowFolder> {
    const { kind, w, clip, noiseLevels } = flow.shape;
    await mkdir(path.join(folder, 'flow'), PRIVATE_FOLDER);
    await exportFlow(flow, learnt, path.join(folder, 'flow'), signal);
    return new LearntFlowFolder(folder, {
      widths: { w, clip },
      flow: {
        ...{ kind, decode: 'flow/decode.onnx', encode: 'flow/encode.onnx' },
        ...(noiseLevels && { noiseLevels }),
      },
    });
  }

  /** Absolute paths, as `Inference.release` takes them. */
  get graphs(): string[] {
    const { decode, encode } = this.manifest.flow;
    return [this.file(decode), this.file(encode)];
  }
}
