/** A certificate authority for one test, made by openssl and thrown away with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface Signed {
  readonly certificate: string;
  readonly key: string;
  readonly bytes: { readonly certificate: Buffer; readonly key: Buffer };
}

export interface Authority {
  /** Its own certificate, a file in PEM. */
  readonly file: string;
  readonly bytes: Buffer;
  /** Signs a certificate for a name of a host, or an address. */
  sign(host: string): Signed;
}

export function makeAuthority(): Authority {
  const folder = mkdtempSync(path.join(tmpdir(), 'clip-flow-authority-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inFolder = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    ...['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '1'],
    ...['-subj', '/CN=Throw-away authority'],
  );
  let made = 0;
  return {
    file: inFolder('ca.pem'),
    bytes: readFileSync(inFolder('ca.pem')),
    sign: (host) => {
      const name = `signed-${(made += 1)}`;
      const isAddress = /^[\d.]+$/.test(host);
      writeFileSync(inFolder(`${name}.ext`), `subjectAltName=${isAddress ? 'IP' : 'DNS'}:${host}`);
      openssl(
        ...['req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${host}`],
      );
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
        ...['-CAcreateserial', '-out', `${name}.pem`, '-days', '1', '-extfile', `${name}.ext`],
      );
      const [certificate, own] = [inFolder(`${name}.pem`), inFolder(`${name}.key`)];
      return {
        ...{ certificate, key: own },
        bytes: { certificate: readFileSync(certificate), key: readFileSync(own) },
      };
    },
  };
}
