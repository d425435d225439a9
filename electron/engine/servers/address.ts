/** Where a model server is: `grpc://host:port`, or `grpcs://host:port` for TLS. */
import { StudioError } from '../../contract/errors.ts';
import { isLoopback, SERVER_SCHEMES } from '../../contract/model-server.ts';

/** The port that Triton, and KServe's servers with it, listen on for gRPC. */
const USUAL_PORT = 8001;

export interface ServerAddress {
  /** As it is shown and kept, in one form. */
  readonly text: string;
  /** As gRPC names it. */
  readonly target: string;
  readonly isEncrypted: boolean;
  /** Whether it is on this machine. */
  readonly isLoopback: boolean;
}

/** @throws StudioError `invalid-argument` */
export function parseAddress(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = SERVER_SCHEMES.find((known) => url?.protocol === `${known}:`);
  const isBare = url && ['', '/'].includes(url.pathname) && !url.search && !url.hash;
  if (!url?.hostname || !scheme || !isBare || url.username || url.password) {
    throw new StudioError(
      'invalid-argument',
      `"${text}" is no address of a model server. It looks like grpc://host:${USUAL_PORT}, or grpcs://host:${USUAL_PORT} ` +
        'with TLS, and holds no name or password.',
    );
  }
  const { hostname } = url;
  const target = `${hostname}:${url.port || USUAL_PORT}`;
  return {
    ...{ text: `${scheme}://${target}`, target, isEncrypted: scheme === 'grpcs' },
    isLoopback: isLoopback(hostname),
  };
}
