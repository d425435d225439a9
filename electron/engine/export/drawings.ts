import { writeFile } from 'node:fs/promises';
import type { DrawingsExport } from '../../contract/export-kinds.ts';
import { fileName } from '../../contract/file-name.ts';
import { svgMetadata } from '../images/metadata/xmp.ts';
import { publishAll } from '../storage/publish.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

/**
 * Traces portraits and writes them as SVGs, which appear together. One that cannot be read is passed over and told.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError as `exportPictures` does
 */
export async function exportDrawings(
  ids: readonly string[],
  folder: string,
  { pattern, colours, metadata, ifExists }: Omit<DrawingsExport, 'kind'>,
  { reader, codec, licenseOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  return publishAll(folder, ifExists, (claim) =>
    forEachPortrait(
      ids,
      work,
      async (id) => {
        const generation = reader.get(id);
        const picture = await codec.decode(await reader.picture(id));
        const svg = await codec.trace(picture, colours, work.signal);
        if (!metadata) return { generation, svg };
        const { prompt, pack, source } = generation;
        // What was drawn elsewhere is not said to be a studio's.
        const isOurs = source.kind !== 'import';
        const told = svgMetadata(isOurs ? { prompt, license: await licenseOf?.(pack) } : {});
        return { generation, svg: svg.replace(/<svg[^>]*>/, (tag) => tag + told) };
      },
      async ({ generation, svg }, index) => {
        await writeFile(await claim(`${fileName(pattern, generation, index + 1)}.svg`), svg);
      },
    ),
  );
}
