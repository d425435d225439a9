import { writeFile } from 'node:fs/promises';
import type { CutoutsExport } from '../../contract/export-kinds.ts';
import { StudioError } from '../../contract/errors.ts';
import { fileName } from '../../contract/file-name.ts';
import { cutOut, plainnessOf } from '../images/background.ts';
import { tagAsSrgb } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import { publishAll } from '../storage/publish.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

/**
 * Writes portraits as PNGs without their background, which appear together. One that stands before no plain
 * background is passed over and told, as one is that cannot be read.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError as `exportPictures` does; `picture-unsuitable` where no portrait has a plain background
 */
export async function exportCutouts(
  ids: readonly string[],
  folder: string,
  { pattern, metadata, ifExists }: Omit<CutoutsExport, 'kind'>,
  { reader, codec, licenseOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  return publishAll(folder, ifExists, (claim) =>
    forEachPortrait(
      ids,
      work,
      async (id) => {
        const generation = reader.get(id);
        const original = await reader.picture(id);
        const picture = await codec.decode(original);
        const { plain, isEnough } = plainnessOf(picture);
        if (!isEnough) throw notPlain(id, plain);
        const cutout = cutOut(picture);
        const bytes = await codec.encodeTransparent(cutout.picture, cutout.alpha);
        const license = metadata ? await licenseOf?.(generation.pack) : undefined;
        const told = metadata ? tellRecipe(bytes, { original, license }) : bytes;
        return { generation, bytes: tagAsSrgb(told) };
      },
      async ({ generation, bytes }, index) => {
        await writeFile(await claim(`${fileName(pattern, generation, index + 1)}.png`), bytes);
      },
    ),
  );
}

function notPlain(id: string, plain: number): StudioError {
  const percent = Math.round(plain * 100);
  return new StudioError(
    'picture-unsuitable',
    `The portrait ${id} does not stand before one plain colour (${percent} % of its edge is of one), so its ` +
      'background cannot be told from it. It was left out; export it as a picture instead.',
    { details: { id, plain } },
  );
}
