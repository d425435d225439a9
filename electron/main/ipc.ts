/** The only way into the main process: named channels, a checked sender, a checked input. */
import {
  BrowserWindow,
  ipcMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type MessagePortMain,
} from 'electron';
import type { z } from 'zod';
import type { Answer } from '../contract/desktop.ts';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { firstProblem } from '../contract/problem.ts';
import { isOurs } from './lockdown.ts';

/** Answers calls on `channel` from the studio's own page, with an error where one was thrown. */
export function answer<S extends z.ZodType>(
  channel: string,
  schema: S,
  handler: (input: z.output<S>, window: BrowserWindow) => Promise<unknown>,
): void {
  ipcMain.handle(channel, async (event, input: unknown): Promise<Answer<unknown>> => {
    try {
      const window = senderWindow(event);
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw wrongInput(parsed.error);
      return { value: await handler(parsed.data, window) };
    } catch (thrown) {
      return { error: toStudioError(thrown).toJSON() };
    }
  });
}

/** Takes messages on `channel` from the studio's own page; others are dropped. */
export function take<S extends z.ZodType>(
  channel: string,
  schema: S,
  handler: (input: z.output<S>, window: BrowserWindow, ports: MessagePortMain[]) => void,
): void {
  ipcMain.on(channel, (event, input: unknown) => {
    const parsed = schema.safeParse(input);
    if (parsed.success && isOurPage(event)) handler(parsed.data, senderWindow(event), event.ports);
  });
}

function wrongInput(error: z.ZodError): StudioError {
  return new StudioError('invalid-argument', `This cannot be asked for.\n${firstProblem(error)}`);
}

function senderWindow(event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (isOurPage(event) && window) return window;
  throw new StudioError('access-denied', 'Only the page of the studio may call this.');
}

/** True for the top frame of a window that shows the studio; a frame inside it has no business here. */
function isOurPage({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url);
}
