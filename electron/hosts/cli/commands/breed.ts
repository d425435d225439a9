import type { Breeding } from '../../../contract/breed.ts';
import { type Origin, originSchema } from '../../../contract/draw.ts';
import type { Edit } from '../../../contract/edit.ts';
import { StudioError } from '../../../contract/errors.ts';
import type { LayerRange } from '../../../contract/layers.ts';
import type { PackManifest } from '../../../contract/pack.ts';
import { deliverDrawn, type DeliveryOptions, type ManyOptions } from '../drawn.ts';
import { tellMany } from '../many.ts';
import { layersFor, locksFor } from '../locks.ts';
import { withStudio } from '../session.ts';

export interface MixOptions extends DeliveryOptions {
  /** A name, a number, or two with a hyphen between. */
  readonly layers: string;
  readonly amount: number;
}

/** Draws a portrait with layers of another. */
export async function mix(of: string, other: string, options: MixOptions): Promise<void> {
  await withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const layers = rangeOf(options.layers, pack.manifest);
    const edit: Edit =
      options.amount === 1
        ? { kind: 'mix', with: other, layers }
        : { kind: 'blend', with: [{ id: other, weight: options.amount }], layers };
    await deliverDrawn(session, options, (stream) =>
      session.service.generate(
        { origin: { kind: 'edit', of, edits: [edit] }, count: 1, settings: {} },
        stream,
      ),
    );
  });
}

export interface BreedOptions extends ManyOptions, Breeding {
  readonly weights?: readonly number[] | undefined;
  readonly lock: readonly string[];
  readonly seed?: number | undefined;
}

/** Draws children of portraits. */
export async function breed(parents: string[], options: BreedOptions): Promise<void> {
  await withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const { how, spread, count, bestOf, seed } = options;
    const given = options.weights ?? parents.map(() => 1);
    const sum = given.reduce((total, weight) => total + weight, 0);
    const weights = given.map((weight) => weight / sum);
    const locks = locksFor(options.lock, pack.manifest);
    const origin = breedable({ kind: 'breed', parents, weights, how, spread, locks });
    await tellMany(bestOf ?? count, session, options);
    await deliverDrawn(session, options, (stream) =>
      session.service.generate({ origin, count, bestOf, settings: { seed } }, stream),
    );
  });
}

/** Parents and weights as the engine takes them. */
function breedable(origin: Origin): Origin {
  const parsed = originSchema.safeParse(origin);
  if (parsed.success) return parsed.data;
  throw new StudioError(
    'invalid-argument',
    'Name two to four different portraits by their ids, and with --weights one number for each, not ' +
      'all of them 0.',
    { cause: parsed.error },
  );
}

function rangeOf(text: string, manifest: PackManifest): LayerRange {
  if (!/^\d/.test(text)) return layersFor(text, manifest);
  const [first = NaN, last = first] = text.split('-').map(Number);
  return [first, last];
}
