import type { Anchor, PackRef } from '../../contract/generation.ts';
import { StudioError } from '../../contract/errors.ts';
import type { DrawSettings } from '../../contract/settings.ts';
import type { Draw } from '../flow/flow.ts';
import type { CallOptions } from '../inference/inference.ts';
import { gaussian } from '../latent/gaussian.ts';
import { scale } from '../latent/vectors.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Models } from './models.ts';
import type { References } from './references.ts';

/**
 * A portrait as numbers: w = truncate(decode(z, e), ψ). Where the flow took no part z and e are null,
 * w is as it stands, and ψ is 1.
 */
export interface Point {
  readonly z: Float32Array | null;
  readonly e: Float32Array | null;
  readonly w: Float32Array;
  readonly truncation: number;
}

/** A portrait that the flow knows. */
export interface Place extends Point {
  readonly z: Float32Array;
  readonly e: Float32Array;
}

/** Settings of a draw without the seed. */
export type Manner = Omit<DrawSettings, 'seed'>;

export interface Sources {
  readonly models: Models;
  readonly reader: LibraryReader;
  readonly references: References;
}

/** Noise of temperature τ: τ·N(0, I), always the same for one seed. */
export function noise(seed: number, temperature: number, { pack }: Models): Float32Array {
  return scale(gaussian(seed, pack.manifest.flow.latentDim), temperature);
}

/** Decodes and truncates. One portrait a run: then its numbers do not depend on its company. */
export async function placeOf(
  draw: Draw,
  truncation: number,
  { flow, generator }: Models,
  options?: CallOptions,
): Promise<Place> {
  const [w] = await flow.decode([draw], options);
  if (!w) throw new StudioError('inference-failed', 'The flow gave no latent.');
  return { ...draw, w: generator.truncate(w, truncation), truncation };
}

/** Where one end of a path lies. */
export async function locate(
  anchor: Anchor,
  manner: Manner,
  { models, reader, references }: Sources,
  options?: CallOptions,
): Promise<Place> {
  if (anchor.kind === 'portrait') return placeOfPortrait(anchor.id, reader, models, options);
  const e =
    anchor.kind === 'image'
      ? await references.embed(anchor.reference, models)
      : (await models.clip.embedPrompt(anchor.prompt, manner.gap, options)).condition;
  const z = noise(anchor.seed, manner.temperature, models);
  return placeOf({ z, e }, manner.truncation, models, options);
}

/**
 * Where a portrait of the library lies. One that was drawn without the flow is looked at under its
 * own picture's embedding.
 *
 * @throws StudioError `not-found`, `pack-not-found` when another pack drew it
 */
export async function placeOfPortrait(
  id: string,
  reader: LibraryReader,
  models: Models,
  options?: CallOptions,
): Promise<Place> {
  const { pack, settings } = reader.get(id);
  requireSamePack(pack, models);
  const { z, condition: e, w } = reader.latents(id);
  if (z && e) return { z, e, w, truncation: settings.truncation };
  const meaning = reader.embedding(id);
  const [encoded] = await models.flow.encode([{ w, e: meaning }], options);
  if (!encoded) throw new StudioError('inference-failed', 'The flow gave no noise.');
  return { z: encoded.z, e: meaning, w, truncation: settings.truncation };
}

function requireSamePack({ id, version }: PackRef, { pack }: Models): void {
  const { manifest } = pack;
  if (manifest.id === id && manifest.version === version) return;
  throw new StudioError(
    'pack-not-found',
    `This portrait was drawn with the pack "${id}" ${version}, and its numbers mean nothing to ` +
      `"${manifest.id}" ${manifest.version}. Choose its pack to go on from it.`,
    { details: { id, version } },
  );
}
