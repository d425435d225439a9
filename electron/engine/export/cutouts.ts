import type { CutoutsExport } from '../../contract/export-kinds.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { cutOut, plainnessOf } from '../images/background.ts';
import { tagAsSrgb } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import { exportFiles } from './portrait-files.ts';
import type { ExportParts, PortraitWork } from './portraits.ts';

/**
 * Writes portraits as PNGs without their background, which appear together. One that stands before no plain
 * background is passed over and told, as one is that cannot be read.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError as `exportFiles` does; `picture-unsuitable` where no portrait has a plain background
 */
export async function exportCutouts(
  ids: readonly string[],
  folder: string,
  { pattern, metadata, ifExists }: Omit<CutoutsExport, 'kind'>,
  { reader, codec, licenseOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  const naming = { pattern, ifExists, extension: '.png' };
  const cutoutOf = async ({ id, pack }: Generation) => {
    const original = await reader.picture(id);
    const picture = await codec.decode(original);
    const { plain, isEnough } = plainnessOf(picture);
    if (!isEnough) throw notPlain(id, plain);
    const cutout = cutOut(picture);
    const bytes = await codec.encodeTransparent(cutout.picture, cutout.alpha);
    const license = metadata ? await licenseOf?.(pack) : undefined;
    return tagAsSrgb(metadata ? tellRecipe(bytes, { original, license }) : bytes);
  };
  return exportFiles(ids, folder, naming, cutoutOf, { ...work, reader });
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
