import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GalleryExport } from '../../contract/export-kinds.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { publishFolder } from '../storage/publish.ts';
import { type GalleryItem, galleryPage } from './gallery-page.ts';
import { exportedPicture } from './pictures.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

const PICTURES = 'pictures';
const PREVIEWS = 'previews';
/** Longest sides of smaller pictures for the grid, in pixels. */
const PREVIEW_SIDES = [320, 640, 1_280];

/**
 * Writes portraits as a folder with a web page that works from the disk as from a server. The folder
 * appears whole or not at all. A portrait that cannot be read is passed over and told.
 *
 * @param target path of the folder
 * @returns the folder it became
 * @throws StudioError `cancelled`, `disk-full`, `access-denied`, `file-exists`, and where no portrait could be read,
 *   why
 */
export async function exportGallery(
  ids: readonly string[],
  target: string,
  { title, introduction, captions, downloads, metadata, side, ifExists }: GalleryExport,
  parts: ExportParts,
  work: PortraitWork = {},
): Promise<string> {
  return publishFolder(target, ifExists, async (draft) => {
    await makeFolder(path.join(draft, PICTURES));
    const items: GalleryItem[] = [];
    const licenses = new Set<string>();
    await forEachPortrait(
      ids,
      work,
      async (id, onPart) => {
        const generation = parts.reader.get(id);
        const options = { format: 'png', quality: 100, metadata, side } as const;
        const bytes = await exportedPicture(generation, options, parts, {
          ...{ signal: work.signal, onPart },
        });
        const license = metadata ? await parts.licenseOf?.(generation.pack) : undefined;
        return { bytes, license, prompt: generation.prompt };
      },
      async ({ bytes, license, prompt }, index) => {
        const name = String(index + 1).padStart(4, '0');
        const file = `${PICTURES}/${name}.png`;
        await writeFile(path.join(draft, file), bytes);
        const picture = await parts.codec.decode(bytes);
        const previews = await writePreviews(picture, draft, name, parts.codec);
        const { width, height } = picture;
        items.push({ picture: { file, width, height }, previews, words: captions ? prompt : '' });
        if (license !== undefined) licenses.add(license);
      },
    );
    const page = { title, introduction, items, downloads, licenses: [...licenses] };
    await writeFile(path.join(draft, 'index.html'), galleryPage(page));
  });
}

/** Sizes that are worth a file: a picture that is not much larger than one is sent itself. */
async function writePreviews(
  picture: RgbPicture,
  draft: string,
  name: string,
  codec: ImageCodec,
): Promise<GalleryItem['previews']> {
  const longest = Math.max(picture.width, picture.height);
  const sides = PREVIEW_SIDES.filter((side) => side * 1.5 <= longest);
  if (sides.length > 0) await makeFolder(path.join(draft, PREVIEWS));
  const previews: { file: string; width: number }[] = [];
  for (const side of sides) {
    const file = `${PREVIEWS}/${name}-${side}.webp`;
    await writeFile(path.join(draft, file), await codec.thumbnail(picture, side));
    previews.push({ file, width: Math.round((picture.width * side) / longest) });
  }
  return previews;
}
