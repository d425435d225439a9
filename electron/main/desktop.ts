/** What the page may ask of the system: dialogs, the file manager, a drag, and its connection. */
import {
  type BrowserWindow,
  dialog,
  type MessagePortMain,
  nativeImage,
  Notification,
  shell,
} from 'electron';
import path from 'node:path';
import { z } from 'zod';
import { DESKTOP_CHANNELS } from '../contract/desktop.ts';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { EXPORT_DEFAULTS } from '../contract/export-kinds.ts';
import { generationIdSchema } from '../contract/generation.ts';
import { printable } from '../contract/printable.ts';
import { servePage } from '../rpc/page.ts';
import type { Port } from '../rpc/port.ts';
import type { DragFolder } from './drag-folder.ts';
import type { Engine } from './engine.ts';
import { answer, take } from './ipc.ts';
import type { Pictures } from './pictures.ts';
import { openOutput } from './window.ts';

/** The longest path that any system has. */
const fileSchema = z.object({ file: z.string().min(1).max(32_767) });
const portraitSchema = z.object({ id: generationIdSchema });
const progressSchema = z.object({ share: z.number().min(0).max(1).nullable() });
/** As much as a notification shows. */
const noticeSchema = z.object({ text: z.string().min(1).max(300) });

/** A page has one; a few more are those of pages that have just gone. */
const MAX_CONNECTIONS = 16;
const DRAG_ICON_SIDE = 96;

/** What the channels reach. */
interface DesktopParts {
  readonly engine: Engine;
  readonly pictures: Pictures;
  readonly drags: DragFolder;
  readonly preload: string;
}

/** Opens the channels of the contract's `Desktop`. */
export function offerDesktop({ engine, pictures, drags, preload }: DesktopParts): void {
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

  answer(DESKTOP_CHANNELS.openPicture, z.undefined(), (_input, window) => pictures.choose(window));

  answer(DESKTOP_CHANNELS.chooseFolder, z.undefined(), async (_input, window) => {
    const folder = await chooseFolder(window);
    if (folder !== null) chosen.add(path.resolve(folder));
    return folder;
  });

  answer(DESKTOP_CHANNELS.openOutput, z.undefined(), (_input, window) =>
    openOutput(preload, window),
  );

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
    dragPortrait({ engine, drags }, id, window).catch((thrown: unknown) =>
      console.error(printable(toStudioError(thrown).message)),
    );
  });

  take(DESKTOP_CHANNELS.showProgress, progressSchema, ({ share }, window) =>
    window.setProgressBar(share ?? -1),
  );

  take(DESKTOP_CHANNELS.notify, noticeSchema, ({ text }, window) => {
    if (!Notification.isSupported()) return;
    const notice = new Notification({ title: 'CLIP-Flow Studio', body: text });
    notice.on('click', () => comeToFront(window));
    notice.show();
  });
}

/** Shows a window in front of the others, unless it was closed meanwhile. */
export function comeToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

function messagePort(port: MessagePortMain): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.once('close', listener),
    close: () => port.close(),
  };
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

/** Hands the portrait to the system's drag as a file with a readable name, its story inside. */
async function dragPortrait(
  { engine: { service }, drags }: Pick<DesktopParts, 'engine' | 'drags'>,
  id: string,
  window: BrowserWindow,
): Promise<void> {
  const folder = await drags.folderOf(id);
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
