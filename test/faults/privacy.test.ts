import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../support/library.ts';
import { inNetworkAlone } from '../support/network.ts';
import { TINY_PACK } from '../support/packs.ts';

const DRAW = path.resolve('test/faults/draw-by-every-host.ts');
const TIMEOUT_MS = 120_000;

/** An artist's home on which nothing was ever run. */
async function freshHome(): Promise<{ folder: string; env: NodeJS.ProcessEnv }> {
  const folder = await temporaryFolder();
  const at = async (name: string) => {
    const made = path.join(folder, name);
    await mkdir(made, { mode: 0o700 });
    return made;
  };
  const env = {
    PATH: process.env['PATH'],
    HOME: await at('home'),
    TMPDIR: await at('tmp'),
    XDG_DATA_HOME: await at('data'),
    XDG_CONFIG_HOME: await at('config'),
    XDG_CACHE_HOME: await at('cache'),
    XDG_STATE_HOME: await at('state'),
    XDG_RUNTIME_DIR: await at('run'),
    CLIP_FLOW_PACK: TINY_PACK,
    CLIP_FLOW_DEVICE: 'cpu',
  };
  return { folder, env };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** One run serves both questions: it starts three engines. */
let drawing: Promise<{ files: string[]; traffic: unknown }> | undefined;

async function drawAtFreshHome(): Promise<{ files: string[]; traffic: unknown }> {
  const { folder, env } = await freshHome();
  const [command, args] = inNetworkAlone([process.execPath, DRAW, 'alone']) ?? [
    process.execPath,
    [DRAW],
  ];
  const { stdout } = await promisify(execFile)(command, args, { env, timeout: TIMEOUT_MS });
  return { files: await filesBelow(folder), traffic: JSON.parse(stdout) };
}

it.skipIf(process.platform !== 'linux')(
  'drawing by any host writes to the studio’s own folder and nowhere else',
  { timeout: TIMEOUT_MS },
  async () => {
    const { files } = await (drawing ??= drawAtFreshHome());
    const ours = path.join('data', 'clip-flow-studio');
    const pictures = path.join(ours, 'library', 'pictures');
    expect(files.filter((file) => file.startsWith(pictures))).toHaveLength(3);
    expect(files.filter((file) => !file.startsWith(ours + path.sep))).toEqual([]);
  },
);

const trafficSchema = z.record(z.string(), z.object({ connections: z.int(), datagrams: z.int() }));

it.skipIf(process.platform !== 'linux')(
  'drawing by any host looks up no name and connects nowhere',
  { timeout: TIMEOUT_MS },
  async ({ skip }) => {
    if (inNetworkAlone([]) === null) skip();
    const { traffic } = await (drawing ??= drawAtFreshHome());
    const { lookUpSomething, ...ways } = trafficSchema.parse(traffic);
    const nothing = { connections: 0, datagrams: 0 };
    expect(ways).toEqual({
      byCommandLine: nothing,
      // The one connection is the test's own.
      byWebHost: { connections: 1, datagrams: 0 },
      byDesktopEngine: nothing,
    });
    expect(lookUpSomething?.datagrams).toBeGreaterThan(0);
  },
);
