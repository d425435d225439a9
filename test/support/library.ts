import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Generation } from '../../electron/contract/generation.ts';
import { EMBEDDING_DIM } from '../../electron/contract/pack.ts';
import type { RgbPicture } from '../../electron/engine/images/codec.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import type { NewPortrait } from '../../electron/engine/library/writer.ts';

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A library that is closed with the test; in a folder of its own unless one is given. */
export async function openTestLibrary(folder?: string): Promise<Library> {
  const library = await openLibrary(folder ?? (await temporaryFolder()), sharpCodec);
  onTestFinished(() => library.close());
  return library;
}

/** A picture whose every pixel depends on `n`. */
export function samplePicture(n: number, width = 24, height = width): RgbPicture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 7 + n) % 256);
  return { width, height, data };
}

/** Vectors on a circle: the nearer two `n`, the more alike, up to 30. */
export function sampleVector(n: number, length = EMBEDDING_DIM): Float32Array<ArrayBuffer> {
  const [even, odd] = [Math.cos(n / 10), Math.sin(n / 10)];
  return Float32Array.from({ length }, (_, index) => (index % 2 === 0 ? even : odd));
}

type Changes = Partial<Omit<NewPortrait, 'generation'>> & {
  readonly generation?: Partial<Generation>;
};

/** A portrait as the engine would hand it over, with `changes` laid over it. */
export function samplePortrait(n: number, changes: Changes = {}): NewPortrait {
  return {
    latents: { z: sampleVector(n + 1), condition: sampleVector(n + 2), w: sampleVector(n + 3) },
    embedding: sampleVector(n),
    picture: samplePicture(n),
    ...changes,
    generation: {
      prompt: `portrait ${n}`,
      seed: n,
      settings: { truncation: 1, temperature: 0.8, gap: 'shift', count: 4 },
      pack: { id: 'tiny', version: '1.0.0' },
      device: 'cpu',
      timings: { decode: 1.5, synthesis: 20 },
      clipScore: 0.25,
      logLikelihood: -700.5,
      parents: [],
      source: { kind: 'prompt' },
      ...changes.generation,
    },
  };
}

/** Adds portraits 0 to `count - 1`, one after the other. */
export async function addSamples(library: Library, count: number): Promise<Generation[]> {
  const added: Generation[] = [];
  for (let n = 0; n < count; n += 1) added.push(await library.writer.add(samplePortrait(n)));
  return added;
}
