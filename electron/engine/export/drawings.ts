import type { DrawingsExport } from '../../contract/export-kinds.ts';
import type { Generation } from '../../contract/generation.ts';
import { svgMetadata } from '../images/metadata/xmp.ts';
import { exportFiles } from './portrait-files.ts';
import type { ExportParts, PortraitWork } from './portraits.ts';

/**
 * Traces portraits and writes them as SVGs, which appear together. One that cannot be read is passed over and told.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError as `exportFiles` does
 */
export async function exportDrawings(
  ids: readonly string[],
  folder: string,
  { pattern, colours, metadata, ifExists }: Omit<DrawingsExport, 'kind'>,
  { reader, codec, licenseOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  const naming = { pattern, ifExists, extension: '.svg' };
  const drawingOf = async ({ id, prompt, pack, source }: Generation) => {
    const picture = await codec.decode(await reader.picture(id));
    const svg = await codec.trace(picture, colours, work.signal);
    if (!metadata) return svg;
    // What was drawn elsewhere is not said to be a studio's.
    const isOurs = source.kind !== 'import';
    const told = svgMetadata(isOurs ? { prompt, license: await licenseOf?.(pack) } : {});
    return svg.replace(/<svg[^>]*>/, (tag) => tag + told);
  };
  return exportFiles(ids, folder, naming, drawingOf, { ...work, reader });
}
