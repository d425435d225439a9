import type { AtlasView } from '../../../contract/atlas.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';

export async function layOut(
  { anew }: { anew: true | undefined },
  options: GlobalOptions,
): Promise<void> {
  await withLibrary(options, async ({ service, signal, onProgress }) => {
    const laidOut = await service.layOutAtlas({ anew }, { signal, onEvent: onProgress });
    print(options.json, laidOut, [`${laidOut.placed} portraits placed`]);
  });
}

export async function showAtlas(
  view: Pick<AtlasView, 'query' | 'level'>,
  options: GlobalOptions,
): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const whole = { from: { x: 0, y: 0 }, to: { x: 1, y: 1 } };
    const atlas = await service.atlas({ ...whole, ...view });
    const at = ({ x, y }: { x: number; y: number }) => `${x.toFixed(3)} ${y.toFixed(3)}`;
    print(options.json, atlas, [
      ...atlas.cells.map((cell) => `${at(cell)}  ${cell.cover}  ${cell.count}`),
      ...atlas.words.map((told) => `${at(told)}  ${told.words.join(', ')}  ${told.count}`),
      `${atlas.placed} portraits, ${atlas.unplaced} without a place`,
    ]);
  });
}
