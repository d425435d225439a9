/** A real MLServer, in the virtual environment that test/servers/install makes; on loopback, ended with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { parseAddress } from '../../electron/engine/servers/address.ts';
import { ServerClient } from '../../electron/engine/servers/client.ts';
import { channelCredentials } from '../../electron/engine/servers/credentials.ts';
import type { Signed } from './authority.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../servers/.venv/bin/mlserver');
/** The Python beside it. */
export const PYTHON = path.join(path.dirname(PROGRAM), 'python');

const START_MS = 100_000;

/** Whether it is there. Where it is not, the tests say so loudly. */
export const hasMlServer = existsSync(PROGRAM);
if (!hasMlServer) {
  console.warn(
    '\nSKIPPED: no MLServer. Run test/servers/install, with Python, to run these tests.\n',
  );
}

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RunningMlServer {
  readonly address: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** Serves a repository that was written for it; resolves when it is ready. */
export async function startMlServer(repository: string, port?: number): Promise<RunningMlServer> {
  const grpc = port ?? (await freePort());
  const file = path.join(repository, 'settings.json');
  const settings = JSON.parse(await readFile(file, 'utf8'));
  const ports = { grpc_port: grpc, http_port: await freePort() };
  await writeFile(file, JSON.stringify({ ...settings, ...ports }));
  const child = spawn(PROGRAM, ['start', '.'], { cwd: repository, stdio: 'ignore' });
  const address = `grpc://127.0.0.1:${grpc}`;
  await ready(address, child);
  return { address, port: grpc, pid: child.pid, kill: () => ended(child) };
}

async function ready(address: string, child: ChildProcess): Promise<void> {
  const parsed = parseAddress(address);
  const client = new ServerClient(parsed, await channelCredentials(parsed, {}));
  const until = Date.now() + START_MS;
  try {
    while (child.exitCode === null && Date.now() < until) {
      const isReady = await client.requireReady().then(
        () => true,
        () => false,
      );
      if (isReady) return;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  } finally {
    client.close();
  }
  await ended(child);
  throw new Error('MLServer did not become ready.');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

/** What stands before a server that has no TLS of its own, as a proxy would; ended by what it gives. */
export async function startTlsProxy(
  { bytes }: Signed,
  port: number,
): Promise<{ address: string; close: () => void }> {
  const options = { key: bytes.key, cert: bytes.certificate, ALPNProtocols: ['h2'] };
  const proxy = createTlsServer(options, (outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.pipe(inner).pipe(outer);
    for (const socket of [outer, inner])
      socket.on('error', () => [outer, inner].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: own } = proxy.address() as AddressInfo;
  return { address: `grpcs://127.0.0.1:${own}`, close: () => void proxy.close() };
}
