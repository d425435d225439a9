import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { studioMethods } from '../../electron/contract/service.ts';
import { Engine } from '../../electron/main/engine.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { processPort } from '../../electron/rpc/process-port.ts';

const ENTRY = path.resolve('electron/hosts/desktop/engine.ts');
const PACKS = path.resolve('test/fixtures');
const folder = mkdtempSync(path.join(tmpdir(), 'engine-'));
const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The engine in a process of its own, exactly as the desktop app starts it. */
function start(library: string, node = process.execPath): Engine {
  process.env['CLIP_FLOW_LIBRARY'] = library;
  const engine = new Engine({
    node,
    entry: ENTRY,
    args: [PACKS],
    compiled: undefined,
  });
  engines.push(engine);
  return engine;
}

it('tells how things stand, and ends when the app lets go of it', { timeout: 60_000 }, async () => {
  const { service } = start(path.join(folder, 'library'));
  await expect(service.status({})).resolves.toMatchObject({ library: { portraits: 0 } });
  expect(await service.packs({})).not.toHaveLength(0);
});

it(
  'says why its library cannot be opened, and opens it once it can',
  { timeout: 60_000 },
  async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'engine-')), 'no-folder');
    writeFileSync(file, '');
    const engine = start(file);
    await expect(engine.service.status({})).rejects.toMatchObject({ name: 'StudioError' });
    rmSync(file);
    const status = () => engine.service.status({});
    const stands = { library: { portraits: 0 } };
    await vi.waitFor(() => expect(status()).resolves.toMatchObject(stands), 30_000);
  },
);

it('says that it is not there when it cannot be run at all', async () => {
  const { service } = start(folder, '/nowhere/node');
  await expect(service.status({})).rejects.toMatchObject({ code: 'disconnected' });
  engines.length = 0;
});

it('leaves it to the app when to end', { timeout: 60_000 }, async () => {
  const env = { ...process.env, CLIP_FLOW_LIBRARY: path.join(folder, 'library') };
  const child = fork(ENTRY, [PACKS], { serialization: 'advanced', env });
  const service = createClient(studioMethods, processPort(child));
  await service.status({});
  // On Windows a signal from another process always ends it.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  if (process.platform !== 'win32') for (const signal of signals) child.kill(signal);
  await expect(service.status({})).resolves.toMatchObject({ library: { portraits: 0 } });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
