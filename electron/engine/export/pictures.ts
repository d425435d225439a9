import type { PictureExport } from '../../contract/export.ts';
import { STILL_FORMATS } from '../../contract/formats.ts';
import type { Generation } from '../../contract/generation.ts';
import { removeTexts, tagAsSrgb } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import type { EnlargeOptions } from '../upscaler/upscaler.ts';
import { exportFiles } from './portrait-files.ts';
import type { ExportParts, PortraitWork } from './portraits.ts';

/**
 * Writes portraits of the library as pictures to a folder.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError as `exportFiles` does
 */
export async function exportPictures(
  ids: readonly string[],
  folder: string,
  options: PictureExport,
  parts: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  const naming = { ...options, extension: STILL_FORMATS[options.format].extension };
  const bytesOf = (generation: Generation, onPart: (part: number) => void) =>
    exportedPicture(generation, options, parts, { signal: work.signal, onPart });
  return exportFiles(ids, folder, naming, bytesOf, { ...work, reader: parts.reader });
}

/**
 * The bytes of one portrait in the format and size that were asked for, tagged as sRGB, with its recipe or without
 * a word.
 */
export async function exportedPicture(
  { id, pack }: Generation,
  { format, quality, metadata, side }: Omit<PictureExport, 'pattern' | 'ifExists'>,
  { reader, codec, licenseOf, enlarger }: ExportParts,
  work: EnlargeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const original = await reader.picture(id);
  const license = metadata ? await licenseOf?.(pack) : undefined;
  // As it was drawn it needs no encoding.
  if (format === 'png' && side === undefined && !enlarger) {
    return tagAsSrgb(metadata ? tellRecipe(original, { license }) : removeTexts(original));
  }
  const drawn = await codec.decode(original);
  const larger = enlarger ? await enlarger.enlarge(drawn, work) : drawn;
  const picture = side === undefined ? larger : await codec.resize(larger, side);
  const bytes = await codec.encode(picture, format, { quality });
  const enlarged = enlarger?.told;
  const told = metadata ? tellRecipe(bytes, { original, license, enlarged }) : bytes;
  return format === 'png' ? tagAsSrgb(told) : told;
}
