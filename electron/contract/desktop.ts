/**
 * What Electron's window offers a page beyond the studio's service, as `window.desktop`; absent
 * elsewhere. No schemas here: the preload is bundled with this file and stays small.
 */
import type { SerialisedError } from './errors.ts';

/** Names of the IPC channels. Only main and preload use them: a page sees functions. */
export const DESKTOP_CHANNELS = {
  connect: 'desktop:connect',
  openPicture: 'desktop:open-picture',
  chooseFolder: 'desktop:choose-folder',
  showInFolder: 'desktop:show-in-folder',
  showPortrait: 'desktop:show-portrait',
  dragPortrait: 'desktop:drag-portrait',
  openOutput: 'desktop:open-output',
  showProgress: 'desktop:show-progress',
  notify: 'desktop:notify',
  opened: 'desktop:opened',
  command: 'desktop:command',
} as const;

/** The message of the window event that brings a page the port it asked for. */
export const PORT_MESSAGE = 'clip-flow:port';

/** What the native menu asks of the page. */
export type MenuCommand =
  'open-picture' | 'export' | 'look-after' | 'settings' | 'tour' | 'show-keys' | 'show-about';

export interface OpenedPicture {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What came of a call: an error that is thrown on its way to the page would lose its code. */
export type Answer<T> = { readonly value: T } | { readonly error: SerialisedError };

export interface Desktop {
  /**
   * Asks for a connection to the studio's service. It arrives as a window `message` event whose data
   * is PORT_MESSAGE and whose only port speaks the rpc protocol in plain structured clones. A port
   * that closes means the engine ended: ask again.
   */
  connect(): void;
  /** The system's dialog for one picture; null when the artist thinks better of it. */
  openPicture(): Promise<Answer<OpenedPicture | null>>;
  /** The system's dialog for a folder. Exports may go only to folders that came out of it. */
  chooseFolder(): Promise<Answer<string | null>>;
  /** Shows an exported file in the system's file manager. */
  showInFolder(file: string): Promise<Answer<void>>;
  /** Shows the file of a portrait of the library in the system's file manager. */
  showPortrait(id: string): Promise<Answer<void>>;
  /** Goes on with a drag of the portrait as a PNG file; for `dragstart`, after `preventDefault()`. */
  dragPortrait(id: string): void;
  /** Shows the output in a window of its own, on another screen where there is one. */
  openOutput(): Promise<Answer<void>>;
  /** Shows in the task bar how far work is, from 0 to 1; null where there is none. */
  showProgress(share: number | null): void;
  /** Has the system tell something; who follows it comes to this window. */
  notify(text: string): void;
  onCommand(listener: (command: MenuCommand) => void): void;
  /** Hears of a picture that was opened from outside of the page: one of the recent ones, or by the system. */
  onOpened(listener: (picture: OpenedPicture) => void): void;
}
