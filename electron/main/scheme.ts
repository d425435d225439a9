/** The studio's own scheme, `app://studio/`: an origin that no web page has, without a port to knock at. */
import { protocol, session } from 'electron';
import type { Site } from '../site/site.ts';

const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://studio`;

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers `app://studio/…` from the site; other hosts of the scheme do not exist. */
export function serveScheme(site: Site): void {
  session.defaultSession.protocol.handle(SCHEME, (request) => {
    const isOurs = new URL(request.url).host === new URL(ORIGIN).host;
    return isOurs ? site(request) : new Response(null, { status: 404 });
  });
}
