import type { DirectionRef, Edit } from '../../../contract/edit.ts';
import { type LayerName, type LayerRange, layerRanges } from '../../../contract/layers.ts';
import type { Setting } from '../arguments.ts';
import { deliverDrawn, type DeliveryOptions } from '../drawn.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

export interface EditOptions extends DeliveryOptions {
  readonly slide: readonly Setting[];
  readonly phrase: readonly Setting[];
  readonly principal: readonly Setting[];
  readonly layers?: LayerName | undefined;
  readonly disentangle: number;
}

/** Draws a portrait of the library with its sliders moved. */
export async function edit(of: string, options: EditOptions): Promise<void> {
  await withStudio(options, async (session) => {
    const { pack } = await session.packs.models(session.onProgress);
    const { generator, directions } = pack.manifest;
    const ranges = layerRanges(generator.layers);
    const asked = options.layers && ranges[options.layers];
    const slide = (direction: DirectionRef, amount: number, own?: LayerRange): Edit => ({
      ...{ kind: 'slide', direction, amount, layers: asked ?? own ?? ranges.all },
    });
    const edits = [
      ...options.slide.map(({ name: id, amount }) => {
        const own = directions.find((direction) => direction.id === id)?.layers;
        return slide({ kind: 'named', id }, amount, own);
      }),
      ...options.principal.map(({ name, amount }) =>
        slide({ kind: 'principal', index: Number(name) }, amount),
      ),
      ...options.phrase.map(({ name, amount }) =>
        slide({ ...phraseOf(name), disentangle: options.disentangle }, amount),
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

/** `red hair`, or `sad -> laughing`. */
function phraseOf(text: string): { kind: 'text'; to: string; from?: string } {
  const [from, to] = text.split('->').map((part) => part.trim());
  return to === undefined
    ? { kind: 'text', to: text.trim() }
    : { kind: 'text', to, ...(from && { from }) };
}

/** Says what a portrait means. */
export async function explain(id: string, options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ service, signal, onProgress }) => {
    const { meanings, usual } = await service.explain({ id }, { signal, onEvent: onProgress });
    const lines = meanings.map(
      ({ phrase, similarity, standing }) =>
        `${similarity.toFixed(3)}  ${standing.toFixed(1).padStart(4)} σ  ${phrase}`,
    );
    const share = usual === null ? [] : [`likelier than ${Math.round(usual * 100)} % of its kind`];
    print(options.json, { id, meanings, usual }, [...lines, ...share]);
  });
}
