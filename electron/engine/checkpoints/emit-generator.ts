import type { CheckpointReaders } from './import-generator.ts';
import type { NetworkModule } from './network.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { emitStyleGan2 } from './stylegan2/emit-stylegan2.ts';
import { emitStyleGan3 } from './stylegan3/emit.ts';

/** The checkpoints that can be read, and the families of networks that graphs are written for. */
export const CHECKPOINT_READERS: CheckpointReaders = {
  open: openCheckpoint,
  emitters: [
    // Only StyleGAN3 begins with an input of its own, and only StyleGAN2 has a block for each resolution.
    { knows: (network) => synthesisHas(network, 'input'), emit: emitStyleGan3 },
    { knows: (network) => synthesisHas(network, 'b4'), emit: emitStyleGan2 },
  ],
};

function synthesisHas({ children }: NetworkModule, child: string): boolean {
  return children.get('synthesis')?.children.has(child) ?? false;
}
