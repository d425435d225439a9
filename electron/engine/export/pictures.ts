import { writeFile } from 'node:fs/promises';
import type { PictureExport } from '../../contract/export.ts';
import { fileName } from '../../contract/file-name.ts';
import { STILL_FORMATS } from '../../contract/formats.ts';
import type { Generation } from '../../contract/generation.ts';
import { removeTexts, tagAsSrgb } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import { publishAll } from '../storage/publish.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

/**
 * Writes portraits of the library to a folder, where they appear together; portraits of one export never replace
 * each other, whatever `ifExists` says of older files. One that cannot be read is passed over and told.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, `invalid-argument`, and where no
 *   portrait could be read, why. Nothing was written then.
 */
export async function exportPictures(
  ids: readonly string[],
  folder: string,
  options: PictureExport,
  parts: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  return publishAll(folder, options.ifExists, (claim) =>
    forEachPortrait(
      ids,
      work,
      async (id) => {
        const generation = parts.reader.get(id);
        return { generation, bytes: await exportedPicture(generation, options, parts) };
      },
      async ({ generation, bytes }, index) => {
        const name = fileName(options.pattern, generation, index + 1);
        await writeFile(await claim(name + STILL_FORMATS[options.format].extension), bytes);
      },
    ),
  );
}

/**
 * The bytes of one portrait in the format and size that were asked for, tagged as sRGB, with its recipe or without
 * a word.
 */
export async function exportedPicture(
  { id, pack }: Generation,
  { format, quality, metadata, side }: Omit<PictureExport, 'pattern' | 'ifExists'>,
  { reader, codec, licenseOf }: ExportParts,
): Promise<Uint8Array<ArrayBuffer>> {
  const original = await reader.picture(id);
  const license = metadata ? await licenseOf?.(pack) : undefined;
  // As it was drawn it needs no encoding.
  if (format === 'png' && side === undefined) {
    return tagAsSrgb(metadata ? tellRecipe(original, { license }) : removeTexts(original));
  }
  const drawn = await codec.decode(original);
  const picture = side === undefined ? drawn : await codec.resize(drawn, side);
  const bytes = await codec.encode(picture, format, { quality });
  const told = metadata ? tellRecipe(bytes, { original, license }) : bytes;
  return format === 'png' ? tagAsSrgb(told) : told;
}
