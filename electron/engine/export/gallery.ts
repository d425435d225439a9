import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../contract/errors.ts';
import { safeName } from '../../contract/file-name.ts';
import { trackProgress } from '../../contract/progress.ts';
import { removeTexts } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import type { LibraryReader } from '../library/reader.ts';
import { publish } from '../storage/publish.ts';
import { type GalleryItem, galleryPage } from './gallery-page.ts';
import type { WorkOptions } from './pictures.ts';

const PICTURES = 'pictures';

export interface GalleryOptions {
  readonly title: string;
  /** Whether the page and the pictures say from which words the portraits were made. */
  readonly prompts: boolean;
}

/**
 * Writes portraits as a folder with a web page that works from the disk as from a server. The folder
 * appears whole or not at all, beside others of its name.
 *
 * @returns the folder it became
 * @throws StudioError `cancelled`, `not-found`, `disk-full`, `access-denied`
 */
export async function exportGallery(
  ids: readonly string[],
  folder: string,
  { title, prompts }: GalleryOptions,
  reader: LibraryReader,
  { signal, onProgress }: WorkOptions = {},
): Promise<string> {
  const progress = trackProgress('export', ids.length, onProgress);
  const written = await publish(path.join(folder, safeName(title)), 'rename', async (draft) => {
    await mkdir(path.join(draft, PICTURES), { recursive: true });
    const items: GalleryItem[] = [];
    for (const [index, id] of ids.entries()) {
      throwIfCancelled(signal);
      const { prompt, width, height } = reader.get(id);
      const png = await reader.picture(id);
      const picture = `${PICTURES}/${String(index + 1).padStart(4, '0')}.png`;
      await writeFile(path.join(draft, picture), prompts ? tellRecipe(png) : removeTexts(png));
      items.push({ picture, width, height, words: prompts ? prompt : '' });
      progress.advance();
    }
    await writeFile(path.join(draft, 'index.html'), galleryPage(title, items));
  });
  progress.finish();
  return written;
}
