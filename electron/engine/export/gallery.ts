import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../contract/errors.ts';
import { safeName } from '../../contract/file-name.ts';
import { trackProgress } from '../../contract/progress.ts';
import { removeTexts } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import type { LibraryReader } from '../library/reader.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { publish } from '../storage/publish.ts';
import { type GalleryItem, galleryPage } from './gallery-page.ts';
import type { LicenseOf } from './licenses.ts';
import { UnreadablePortraits } from './unreadable-portraits.ts';
import type { PortraitWork } from './pictures.ts';

const PICTURES = 'pictures';

export interface GalleryOptions {
  readonly title: string;
  /** Whether the page and the pictures say from which words the portraits were made. */
  readonly prompts: boolean;
  readonly licenseOf?: LicenseOf | undefined;
}

/**
 * Writes portraits as a folder with a web page that works from the disk as from a server. The folder
 * appears whole or not at all, beside others of its name. A portrait that cannot be read is passed over and
 * told.
 *
 * @returns the folder it became
 * @throws StudioError `cancelled`, `disk-full`, `access-denied`, and where no portrait could be read, why
 */
export async function exportGallery(
  ids: readonly string[],
  folder: string,
  { title, prompts, licenseOf }: GalleryOptions,
  reader: LibraryReader,
  { signal, onProgress, onMissed }: PortraitWork = {},
): Promise<string> {
  const progress = trackProgress('export', ids.length, onProgress);
  const missed = new UnreadablePortraits();
  const written = await publish(path.join(folder, safeName(title)), 'rename', async (draft) => {
    await makeFolder(path.join(draft, PICTURES));
    const items: GalleryItem[] = [];
    for (const [index, id] of ids.entries()) {
      throwIfCancelled(signal);
      const read = await missed.orMissed(id, async () => {
        const generation = reader.get(id);
        const png = await reader.picture(id);
        const license = prompts ? await licenseOf?.(generation.pack) : undefined;
        return { generation, bytes: prompts ? tellRecipe(png, { license }) : removeTexts(png) };
      });
      progress.advance();
      if (!read) continue;
      const { prompt, width, height } = read.generation;
      const picture = `${PICTURES}/${String(index + 1).padStart(4, '0')}.png`;
      await writeFile(path.join(draft, picture), read.bytes);
      items.push({ picture, width, height, words: prompts ? prompt : '' });
    }
    missed.report(ids.length, onMissed);
    await writeFile(path.join(draft, 'index.html'), galleryPage(title, items));
  });
  progress.finish();
  return written;
}
