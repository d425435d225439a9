/** A StyleGAN out of a checkpoint. */
import path from 'node:path';
import type { EmittedGenerator, EmitOptions } from './emitted-generator.ts';
import type { Checkpoint, NetworkModule } from './network.ts';
import { officialSource } from './official.ts';
import { invalid, unsupported } from './refusal.ts';

/** Writes the graphs of one family of networks. */
export interface Emitter {
  /** Whether a network is one of the family, by its structure. */
  readonly knows: (network: NetworkModule) => boolean;
  readonly emit: (
    network: NetworkModule,
    folder: string,
    options: EmitOptions,
  ) => Promise<EmittedGenerator>;
}

export type OpenCheckpoint = (
  file: string,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<Checkpoint>;

/** How checkpoints are read, and what is made of their networks. */
export interface CheckpointReaders {
  readonly open: OpenCheckpoint;
  readonly emitters: readonly Emitter[];
}

export interface GeneratorOfCheckpoint extends EmittedGenerator {
  readonly license: string;
  /** Whether the network was written with the official code, so that it computes what its attributes tell. */
  readonly isOfficial: boolean;
}

/** The first that a checkpoint holds is taken: the mean of the training before its last state. */
const NETWORKS = ['G_ema', 'G'];

export const OFFICIAL_LICENSE = 'NVIDIA Source Code License (non-commercial)';
export const UNKNOWN_LICENSE = 'unknown: ask who trained it';

/**
 * Writes the generator of a checkpoint into a folder.
 *
 * @throws StudioError `checkpoint-invalid`, `checkpoint-unsupported`, and what reading and emitting throws
 */
export async function importGenerator(
  file: string,
  folder: string,
  { open, emitters }: CheckpointReaders,
  options: EmitOptions,
): Promise<GeneratorOfCheckpoint> {
  const label = path.basename(file);
  const checkpoint = await open(file, options);
  try {
    const network = NETWORKS.map((name) => checkpoint.networks.get(name)).find(Boolean);
    if (!network) throw invalid(label, 'it holds no generator ("G_ema")');
    const emitter = emitters.find(({ knows }) => knows(network));
    if (!emitter) {
      throw unsupported(label, `its network "${network.className}" is neither StyleGAN2 nor 3`);
    }
    const emitted = await emitter.emit(network, folder, options);
    const isOfficial = officialSource(network) !== undefined;
    return { ...emitted, isOfficial, license: isOfficial ? OFFICIAL_LICENSE : UNKNOWN_LICENSE };
  } finally {
    await checkpoint.close();
  }
}
