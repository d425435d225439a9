/**
 * Draws a portrait by each way there is without a window: the command line, the web host, and the engine of the
 * desktop app. Prints what was sent over the network by each, as JSON; with the argument `alone` also what it looks
 * like when something is.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { studioMethods, type StudioService } from '../../electron/contract/service.ts';
import { webSocketPort } from '../../electron/hosts/web/socket.ts';
import { Engine } from '../../electron/main/engine.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { countTraffic, lookUpSomething, type Traffic } from '../support/network.ts';
import { TINY_PACK } from '../support/packs.ts';

const CLI = path.resolve('electron/hosts/cli/main.ts');
const ENGINE = path.resolve('electron/hosts/desktop/engine.ts');
const PROMPT = 'red hair';

/** Telemetry, where there is some, first looks a name up when its process is 9 s old. */
const LONG_ENOUGH_MS = 11_000;

async function draw(service: StudioService): Promise<void> {
  await service.generate({
    origin: { kind: 'prompt', prompt: PROMPT },
    count: 1,
    settings: { seed: 1 },
  });
}

async function byCommandLine(): Promise<void> {
  const line = [CLI, 'generate', PROMPT, '--seed', '1', '--count', '1'];
  await promisify(execFile)(process.execPath, line);
}

async function byWebHost(): Promise<void> {
  const line = [CLI, 'serve', '--port', '0', '--no-open', '--json'];
  const host = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(host, 'exit');
  try {
    const [announced] = await once(createInterface(host.stdout), 'line');
    const { url, token } = JSON.parse(String(announced));
    const { port, host: name } = new URL(String(url));
    const headers = { host: name, authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers });
    await once(socket, 'open');
    await draw(createClient(studioMethods, webSocketPort(socket)));
    await setTimeout(LONG_ENOUGH_MS);
  } finally {
    host.kill('SIGTERM');
    await ended;
  }
}

async function byDesktopEngine(): Promise<void> {
  const args = [path.dirname(TINY_PACK)];
  const engine = new Engine({ node: process.execPath, entry: ENGINE, args, compiled: undefined });
  await draw(engine.service).finally(() => engine.close());
}

const ways = {
  byCommandLine,
  byWebHost,
  byDesktopEngine,
  // Only where nobody can hear it.
  ...(process.argv.includes('alone') && { lookUpSomething }),
};
const traffic: Record<string, Traffic> = {};
for (const [name, way] of Object.entries(ways)) {
  const before = countTraffic();
  await way();
  const after = countTraffic();
  traffic[name] = {
    connections: after.connections - before.connections,
    datagrams: after.datagrams - before.datagrams,
  };
}
console.log(JSON.stringify(traffic));
