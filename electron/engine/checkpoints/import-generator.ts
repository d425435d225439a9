/** A StyleGAN out of a checkpoint. */
import path from 'node:path';
import type { EmittedGenerator, EmitOptions } from './emitted-generator.ts';
import type { Checkpoint, NetworkModule } from './network.ts';
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
  /** Whether the checkpoint carries the source text of the official code. */
  readonly isOfficial: boolean;
}

/** Of which generators that a checkpoint holds the first is taken: the mean of its training before its last state. */
const NETWORKS = ['G_ema', 'G'];

/** SHA-256 of the source text in official checkpoints of stylegan2-ada-pytorch and stylegan3. */
const OFFICIAL_SOURCES: ReadonlySet<string> = new Set([
  '53b4e1ec457171d4e2c1454d48013765ab626141c35cdd383b020950effe11a5',
  '06082fb3e8929e477f58fb8bc78e7ecb9a9209eb01444272d1d153c85a6a89f7',
  'b6f14e8fa2a95de4d38218fef31380c6a70de770f585107e209ff83075c307ef',
]);
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
    const isOfficial = OFFICIAL_SOURCES.has(network.sourceHash ?? '');
    return { ...emitted, isOfficial, license: isOfficial ? OFFICIAL_LICENSE : UNKNOWN_LICENSE };
  } finally {
    await checkpoint.close();
  }
}
