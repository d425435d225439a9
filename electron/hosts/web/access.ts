/** Who may talk to the web host: who knows one of its secrets, through an address of this machine. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { StudioError } from '../../contract/errors.ts';

const SECRET_BYTES = 32;

/**
 * The host's secrets and the rules about them.
 *
 * Pages live below a path that is one: `/<key>/`, with their pictures, downloads and connection. No
 * cookie is set, for cookies ignore ports: whoever listens on another port of this machine would be sent
 * it. A path is sent nowhere but to the host, pages of other origins cannot read it, and it goes out in
 * no `Referer`. The address that is printed has the token instead, `/?token=…`, which leads to that path;
 * programs send it as `Authorization: Bearer`. All of it ends with the host.
 */
export class Access {
  readonly token = newSecret();
  readonly #key = newSecret();
  /** What to do when each of them is used. */
  readonly #tickets = new Map<string, () => void>();
  /** Names for this machine that nobody else can make a page's own. */
  readonly #names: ReadonlySet<string>;

  /** @param name the host's own name, below `.localhost`, which browsers look up nowhere */
  constructor(name: string) {
    this.#names = new Set(['127.0.0.1', 'localhost', name]);
  }

  /** A token that works once, and word of when it has. */
  issueTicket(): { token: string; used: Promise<void> } {
    const token = newSecret();
    const used = new Promise<void>((resolve) => this.#tickets.set(token, resolve));
    return { token, used };
  }

  /** True for the token, and for a ticket the first time it is shown. */
  redeem(candidate: string): boolean {
    const ticket = this.#tickets.get(candidate);
    this.#tickets.delete(candidate);
    ticket?.();
    return ticket !== undefined || isSame(candidate, this.token);
  }

  /** Where the pages are. */
  get home(): string {
    return `/${this.#key}/`;
  }

  /**
   * Refuses foreign names for this machine, for a foreign page can make its own name point here (DNS
   * rebinding), and pages of other origins, be it another port of this machine. A port of the same
   * address that is not the host's own is one that was forwarded to it, as by `ssh -L`.
   *
   * @throws StudioError `access-denied`
   */
  checkAddress({ host = '', origin }: IncomingHttpHeaders): void {
    const name = /^([^:]+)(:\d{1,5})?$/.exec(host)?.[1] ?? '';
    if (!this.#names.has(name)) throw foreignName();
    if (origin !== undefined && origin !== `http://${host}`) {
      throw denied('The studio answers its own page only.');
    }
  }

  /**
   * What of the site a request is for: the target without the key that admits it, or as it is for a
   * program that brings the token.
   *
   * @throws StudioError `access-denied`
   */
  admit(target: string, { authorization }: IncomingHttpHeaders): string {
    const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (bearer !== undefined && isSame(bearer, this.token)) return target;
    const [, key, rest] = /^\/([^/?]*)(\/.*)$/s.exec(target) ?? [];
    if (key !== undefined && rest !== undefined && isSame(key, this.#key)) return rest;
    throw denied('Open the studio by the address that "clip-flow serve" printed when it started.');
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function isSame(candidate: string, secret: string): boolean {
  const [a, b] = [Buffer.from(candidate), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function foreignName(): StudioError {
  return denied(
    'The studio answers at addresses of this machine only, as http://127.0.0.1. If it is forwarded to ' +
      'you, do so to a port of your own machine ("ssh -L 7417:127.0.0.1:7417 …", or port forwarding of ' +
      'the desktop VS Code), and open http://127.0.0.1 with that port and the rest of the printed address.',
  );
}

function denied(message: string): StudioError {
  return new StudioError('access-denied', message);
}
