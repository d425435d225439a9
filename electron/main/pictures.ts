/** Pictures of the artist's, by a dialog, from the list of recent ones, or as the system asks to open them. */
import { app, type BrowserWindow, dialog } from 'electron';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DESKTOP_CHANNELS, type OpenedPicture } from '../contract/desktop.ts';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../contract/reference.ts';
import { readRegular } from '../engine/storage/regular-file.ts';
import type { RecentFiles } from './recent-files.ts';

const PICTURE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'avif'];

/** Whether a file is called like a picture. */
export function isPicture(file: string): boolean {
  return PICTURE_EXTENSIONS.includes(path.extname(file).slice(1).toLowerCase());
}

/** Opens pictures, and remembers those that could be. */
export class Pictures {
  readonly #recent: RecentFiles;

  constructor(recent: RecentFiles) {
    this.#recent = recent;
  }

  /** One of the artist's choosing; null when they think better of it. */
  async choose(window: BrowserWindow): Promise<OpenedPicture | null> {
    const { filePaths } = await dialog.showOpenDialog(window, {
      properties: ['openFile'],
      filters: [{ name: 'Pictures', extensions: PICTURE_EXTENSIONS }],
    });
    const [file] = filePaths;
    return file === undefined ? null : this.#read(file, window);
  }

  /** Hands a picture to a window's page, which starts from it. */
  async open(file: string, window: BrowserWindow): Promise<void> {
    const picture = await this.#read(file, window);
    if (picture) window.webContents.send(DESKTOP_CHANNELS.opened, picture);
  }

  /** What cannot be read is explained by a dialog of its own, and is not recent any more. */
  async #read(file: string, window: BrowserWindow): Promise<OpenedPicture | null> {
    try {
      const bytes = await readPicture(file);
      this.#recent.add(file);
      app.addRecentDocument(file);
      return { name: path.basename(file), bytes };
    } catch (thrown) {
      this.#recent.remove(file);
      const { message } = toStudioError(thrown);
      await dialog.showMessageBox(window, { type: 'error', message });
      return null;
    }
  }
}

async function readPicture(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await stat(file);
  if (size > MAX_UPLOAD_BYTES) {
    throw new StudioError(
      'picture-too-large',
      `${path.basename(file)} has ${Math.round(size / 1e6)} MB. Use a picture of at most ${MAX_UPLOAD_BYTES / 1e6} MB.`,
    );
  }
  return new Uint8Array(await readRegular(file));
}
