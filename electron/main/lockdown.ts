/** What no page of the studio ever needs, denied once for all of them. */
import { app, session, type WebContents } from 'electron';
import { ORIGIN } from './scheme.ts';

/**
 * What pages may: write to the clipboard, which is how pictures are copied; hear MIDI controllers, but send them
 * nothing of their makers' own (`midiSysex`); fill the screen with the output.
 */
const ALLOWED: readonly string[] = ['clipboard-sanitized-write', 'midi', 'fullscreen'];

/** Denies permissions of every other kind. */
export function denyPermissions(): void {
  const { defaultSession } = session;
  const isAllowed = (permission: string) => ALLOWED.includes(permission);
  defaultSession.setPermissionCheckHandler((_contents, permission) => isAllowed(permission));
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(isAllowed(permission)),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.setDisplayMediaRequestHandler((_request, decide) => decide({}));
}

/** Keeps every page, now and later, on the studio's origin and in its own window. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    stayAtHome(contents);
  });
}

function stayAtHome(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
}

/** True for an address of the studio's own origin, by parsing and not by prefix. */
export function isOurs(address: string): boolean {
  // `origin` of a scheme that Node does not know is "null", hence the two parts.
  const url = URL.parse(address);
  return url !== null && `${url.protocol}//${url.host}` === ORIGIN;
}
