import type { DirectionRef, Edit } from '../../../contract/edit.ts';
import { StudioError } from '../../../contract/errors.ts';
import { ALL_LAYERS, type LayerRange } from '../../../contract/layers.ts';
import type { Setting } from '../arguments.ts';
import { phraseOf } from '../axis.ts';
import { deliverDrawn, type DeliveryOptions } from '../drawn.ts';
import { layersFor } from '../locks.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withLibrary, withStudio } from '../session.ts';

export interface EditOptions extends DeliveryOptions {
  readonly slide: readonly Setting[];
  readonly phrase: readonly Setting[];
  readonly principal: readonly Setting[];
  readonly layers?: string | undefined;
  readonly disentangle: number;
}

/** Draws a portrait of the library with its sliders moved. */
export async function edit(of: string, options: EditOptions): Promise<void> {
  await withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const { manifest } = pack;
    const slide = (
      direction: DirectionRef,
      { amount, layers }: Setting,
      own?: LayerRange,
    ): Edit => {
      const asked = layers ?? options.layers;
      return {
        kind: 'slide',
        direction,
        amount,
        layers: asked === undefined && own ? own : layersFor(asked ?? ALL_LAYERS, manifest),
      };
    };
    const indexOf = await principalIndices(options.principal, session);
    const edits = [
      ...options.slide.map((moved) => {
        const own = manifest.directions.find(({ id }) => id === moved.name)?.layers;
        return slide({ kind: 'named', id: moved.name }, moved, own);
      }),
      ...options.principal.map((moved) =>
        slide({ kind: 'principal', index: indexOf(moved.name) }, moved),
      ),
      ...options.phrase.map((moved) =>
        slide({ ...phraseOf(moved.name), disentangle: options.disentangle }, moved),
      ),
    ];
    await deliverDrawn(session, options, (stream) =>
      session.service.generate(
        { origin: { kind: 'edit', of, edits }, count: 1, settings: {} },
        stream,
      ),
    );
  });
}

/**
 * What tells the indices of principal directions, called by their number from 1 on or by a name.
 *
 * @throws StudioError `invalid-argument` (by what it returns) where none is called so, or several are
 */
async function principalIndices(
  told: readonly Setting[],
  { service, signal, onProgress }: Session,
): Promise<(name: string) => number> {
  const isNumber = (name: string) => /^[1-9]\d*$/.test(name);
  const known = told.every(({ name }) => isNumber(name))
    ? []
    : await service.principalDirections({}, { signal, onEvent: onProgress });
  return (name) => {
    if (isNumber(name)) return Number(name) - 1;
    const [found, ...others] = known.filter((one) => one.name === name);
    if (found && others.length === 0) return found.index;
    throw new StudioError(
      'invalid-argument',
      found
        ? `Several principal directions are called "${name}": say which by its number.`
        : `No principal direction is called "${name}": see "clip-flow principal list".`,
    );
  };
}

const HEADING = 'How alike to CLIP, how far above other portraits, and what to:';

/** Says what a portrait means. */
export async function explain(id: string, options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service, signal, onProgress }) => {
    const { tags, usual } = await service.explain({ id }, { signal, onEvent: onProgress });
    const lines = tags.map(
      ({ phrase, similarity, standing }) =>
        `${similarity.toFixed(3)}  ${standing.toFixed(1).padStart(4)} σ  ${phrase}`,
    );
    const share = usual === null ? [] : [`likelier than ${Math.round(usual * 100)} % of its kind`];
    // `meanings` is what versions before 0.2 called the tags.
    print(options.json, { id, tags, meanings: tags, usual }, [
      ...(lines.length > 0 ? [HEADING] : []),
      ...[...lines, ...share],
    ]);
  });
}
