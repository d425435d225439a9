/** What the page may ask of the system: dialogs, the file manager, a drag, and its connection. */
import {
  app,
  type BrowserWindow,
  dialog,
  type MessagePortMain,
  nativeImage,
  shell,
} from 'electron';
import { mkdtemp, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DESKTOP_CHANNELS, type OpenedPicture } from '../contract/desktop.ts';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { EXPORT_DEFAULTS } from '../contract/export-kinds.ts';
import { generationIdSchema } from '../contract/generation.ts';
import { printable } from '../contract/printable.ts';
import { MAX_UPLOAD_BYTES } from '../contract/reference.ts';
import { readRegular } from '../engine/storage/regular-file.ts';
import { servePage } from '../rpc/page.ts';
import type { Port } from '../rpc/port.ts';
import type { Engine } from './engine.ts';
import { answer, take } from './ipc.ts';

/** The longest path that any system has. */
const fileSchema = z.object({ file: z.string().min(1).max(32_767) });
const portraitSchema = z.object({ id: generationIdSchema });

/** A page has one; a few more are those of pages that have just gone. */
const MAX_CONNECTIONS = 16;
const DRAG_ICON_SIDE = 96;
const PICTURE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'avif'];

/** Opens the channels of the contract's `Desktop`. */
export function offerDesktop(engine: Engine): void {
  /** Folders out of the dialog of this run: the only ones the page may write to or show. */
  const chosen = new Set<string>();
  let connections = 0;

  take(DESKTOP_CHANNELS.connect, z.null(), (_input, _window, [port]) => {
    if (!port) return;
    if (connections >= MAX_CONNECTIONS) return port.close();
    connections += 1;
    const callOff = engine.onceEnded(() => port.close());
    port.once('close', () => {
      connections -= 1;
      callOff();
    });
    servePage(engine.service, messagePort(port), (folder) => chosen.has(folder));
    port.start();
  });

  answer(DESKTOP_CHANNELS.openPicture, z.undefined(), (_input, window) => openPicture(window));

  answer(DESKTOP_CHANNELS.chooseFolder, z.undefined(), async (_input, window) => {
    const folder = await chooseFolder(window);
    if (folder !== null) chosen.add(path.resolve(folder));
    return folder;
  });

  answer(DESKTOP_CHANNELS.showInFolder, fileSchema, async ({ file }) => {
    const resolved = path.resolve(file);
    if (![...chosen].some((folder) => isBelow(folder, resolved))) {
      throw new StudioError('access-denied', `${file} is not among what was exported here.`);
    }
    shell.showItemInFolder(resolved);
  });

  answer(DESKTOP_CHANNELS.showPortrait, portraitSchema, async ({ id }) => {
    const { file } = await engine.service.pictureFile({ id });
    shell.showItemInFolder(file);
  });

  take(DESKTOP_CHANNELS.dragPortrait, portraitSchema, ({ id }, window) => {
    // A drag that fails is one that does not start; there is nobody to tell in the middle of it.
    dragPortrait(engine, id, window).catch((thrown: unknown) =>
      console.error(printable(toStudioError(thrown).message)),
    );
  });
}

function messagePort(port: MessagePortMain): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.once('close', listener),
    close: () => port.close(),
  };
}

/** A picture of the artist's choosing; what cannot be opened is explained by a dialog of its own. */
async function openPicture(window: BrowserWindow): Promise<OpenedPicture | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'Pictures', extensions: PICTURE_EXTENSIONS }],
  });
  const [file] = filePaths;
  if (file === undefined) return null;
  try {
    return { name: path.basename(file), bytes: await readPicture(file) };
  } catch (thrown) {
    const { message } = toStudioError(thrown);
    await dialog.showMessageBox(window, { type: 'error', message });
    return null;
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

async function chooseFolder(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}

/** The root of a drive ends in a separator itself. */
function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** A drag that could not start by then is over: other exports may be under way. */
const DRAG_PATIENCE_MS = 500;

let dragFolder: Promise<string> | undefined;

/** A folder of this run and this user: names in the one for all users can be taken by somebody else. */
function openDragFolder(): Promise<string> {
  dragFolder ??= mkdtemp(path.join(app.getPath('temp'), 'clip-flow-studio-')).catch(
    (thrown: unknown) => {
      dragFolder = undefined;
      throw thrown;
    },
  );
  return dragFolder;
}

/** Hands the portrait to the system's drag as a file with a readable name, its story inside. */
async function dragPortrait({ service }: Engine, id: string, window: BrowserWindow): Promise<void> {
  // One each: other programs may still read what was dragged to them before.
  const folder = path.join(await openDragFolder(), id);
  const as = { ...EXPORT_DEFAULTS.pictures, ifExists: 'replace' as const };
  const portraits = { by: 'ids' as const, ids: [id] };
  const delivery = await service.exportPortraits(
    { portraits, as, name: 'portrait', destination: { kind: 'folder', folder } },
    { signal: AbortSignal.timeout(DRAG_PATIENCE_MS) },
  );
  const [file] = delivery.kind === 'files' ? delivery.files : [];
  if (file === undefined) return;
  const icon = nativeImage.createFromPath(file).resize({ width: DRAG_ICON_SIDE });
  window.webContents.startDrag({ file, icon });
}
