/** How the studio and a model server make sure of each other. */
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { ServerAddress } from './address.ts';

/** Files in PEM, and a secret; each for all servers alike. */
export interface ServerCredentials {
  /** Certificates of authorities that are trusted beside the system's. */
  readonly authority?: string | undefined;
  /** The studio's own certificate and its key, for servers that ask who calls (mutual TLS). */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Sent with every request, as `Bearer`. */
  readonly token?: string | undefined;
  /** The addresses that the token is sent to; all where it is left out. */
  readonly tokenFor?: readonly string[] | undefined;
}

/** @throws StudioError `invalid-argument` where a secret would travel open, or a file is missing or no PEM */
export async function channelCredentials(
  address: ServerAddress,
  credentials: ServerCredentials,
): Promise<ChannelCredentials> {
  const { authority, certificate, key, token } = credentials;
  if (!address.isEncrypted) {
    if (token === undefined || address.isLoopback) return ChannelCredentials.createInsecure();
    throw refusal(
      `The token would be sent to ${address.text} in the open. Use grpcs://, or leave the token out`,
    );
  }
  if ((certificate === undefined) !== (key === undefined)) {
    throw refusal('A certificate of the studio needs its key, and a key its certificate');
  }
  const trusted = [...getCACertificates('default'), ...getCACertificates('system')];
  const [own, ...pair] = await Promise.all([authority, key, certificate].map(readPem));
  const roots = Buffer.from([...trusted, ...(own ? [own.toString()] : [])].join('\n'));
  try {
    return ChannelCredentials.createSsl(roots, pair[0], pair[1]);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw refusal(`The certificates for ${address.text} cannot be used (${why})`, thrown);
  }
}

async function readPem(file: string | undefined): Promise<Buffer | null> {
  if (file === undefined) return null;
  const text = await readFile(file).catch((thrown: unknown) => {
    throw refusal(`${file} cannot be read: ${toStudioError(thrown).message}`, thrown);
  });
  if (text.includes('-----BEGIN ')) return text;
  throw refusal(`${file} holds no certificate and no key in PEM`);
}

function refusal(what: string, cause?: unknown): StudioError {
  return new StudioError('invalid-argument', `${what}. Nothing was sent.`, { cause });
}
