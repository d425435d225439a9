/** What Electron's window offers a page beyond the studio's service. `window.desktop` is absent elsewhere. */
import { z } from 'zod';
import { generationIdSchema } from './generation.ts';
import { bytesSchema } from './method.ts';

/** Names of the IPC channels. Only main and preload use them: a page sees functions. */
export const DESKTOP_CHANNELS = {
  connect: 'desktop:connect',
  openPicture: 'desktop:open-picture',
  chooseFolder: 'desktop:choose-folder',
  showInFolder: 'desktop:show-in-folder',
  dragPortrait: 'desktop:drag-portrait',
  command: 'desktop:command',
} as const;

/** The message of the window event that brings a page the port it asked for. */
export const PORT_MESSAGE = 'clip-flow:port';

/** What the native menu asks of the page. */
export const menuCommandSchema = z.enum(['open-picture', 'export', 'show-keys']);
export type MenuCommand = z.infer<typeof menuCommandSchema>;

export const openedPictureSchema = z.object({ name: z.string(), bytes: bytesSchema });
export type OpenedPicture = z.infer<typeof openedPictureSchema>;

export const dragPortraitSchema = z.object({ id: generationIdSchema });
export const showInFolderSchema = z.object({ file: z.string().min(1) });

export interface Desktop {
  /**
   * Asks for a connection to the studio's service. It arrives as a window `message` event whose data
   * is PORT_MESSAGE and whose only port speaks the rpc protocol in plain structured clones. A port
   * that closes means the engine ended: ask again.
   */
  connect(): void;
  /** The system's dialog for one picture; null when the artist thinks better of it. */
  openPicture(): Promise<OpenedPicture | null>;
  /** The system's dialog for a folder. Exports may go only to folders that came out of it. */
  chooseFolder(): Promise<string | null>;
  /** Shows an exported file in the system's file manager. */
  showInFolder(file: string): Promise<void>;
  /** Goes on with a drag of the portrait as a PNG file; for `dragstart`, after `preventDefault()`. */
  dragPortrait(id: string): void;
  onCommand(listener: (command: MenuCommand) => void): void;
}
