/** Who may talk to the web host: who holds its token, through an address that is really its own. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { StudioError } from '../../contract/errors.ts';

const TOKEN_BYTES = 32;

/**
 * The host's token and the rules about it.
 *
 * The token stands in an address once: opening `/?token=…` is answered with a cookie and a redirect
 * to `/`, so that it stays in no address bar and goes out in no `Referer`. The cookie is `HttpOnly`
 * and `SameSite=Strict`; programs may send `Authorization: Bearer` instead.
 */
export class Access {
  readonly token = newToken();
  readonly #port: number;
  readonly #tickets = new Set<string>();

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * A token that works once: for an address on a browser's command line, which other users of the
   * machine can read.
   */
  issueTicket(): string {
    const ticket = newToken();
    this.#tickets.add(ticket);
    return ticket;
  }

  /** True for the token, and for a ticket the first time it is shown. */
  redeem(candidate: string): boolean {
    return this.#tickets.delete(candidate) || isSame(candidate, this.token);
  }

  /**
   * Refuses names for this machine other than its loopback address, for a foreign page can make its
   * own name point here (DNS rebinding), and pages of other origins. A page on another port of this
   * machine is "same site" and so has the cookie: only the origin tells it apart.
   *
   * @throws StudioError `access-denied`
   */
  checkAddress({ host, origin }: IncomingHttpHeaders): void {
    if (host !== `127.0.0.1:${this.#port}` && host !== `localhost:${this.#port}`) {
      throw denied(`The studio answers at http://127.0.0.1:${this.#port} only.`);
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      throw denied('The studio answers its own page only.');
    }
  }

  /** @throws StudioError `access-denied` */
  checkToken(headers: IncomingHttpHeaders): void {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (isSame(bearer ?? this.#cookie(headers.cookie ?? ''), this.token)) return;
    throw denied('Open the studio by the address that "clip-flow serve" printed when it started.');
  }

  /** The `Set-Cookie` that keeps the token. Cookies ignore ports, so its name tells studios apart. */
  cookieHeader(): string {
    return `${this.#cookieName()}=${this.token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #cookie(header: string): string {
    const prefix = `${this.#cookieName()}=`;
    const pair = header.split('; ').find((candidate) => candidate.startsWith(prefix));
    return pair?.slice(prefix.length) ?? '';
  }

  #cookieName(): string {
    return `clip-flow-${this.#port}`;
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function isSame(candidate: string, token: string): boolean {
  const [a, b] = [Buffer.from(candidate), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function denied(message: string): StudioError {
  return new StudioError('access-denied', message);
}
