/**
 * How much memory the studio's processes hold, and whether that grows with portraits and with ten times as many frames
 * of a slider: `node test/bench/memory.ts PORTRAITS [PACK]`. A program of its own, for whatever else a bench loads is no part of the studio.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio } from '../../electron/engine/studio.ts';
import { print, residentMegabytes } from './report.ts';

const PARTS = 5;
const FRAMES_A_PORTRAIT = 10;

const portraits = Number(process.argv[2]);
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
const { packRoots, pack } = findLocations(path.resolve(import.meta.dirname, '../../native-models'));
const studio = await openStudio({
  ...{ library: path.join(folder, 'library'), packRoots, pack: process.argv[3] ?? pack },
  codec: sharpCodec,
});
try {
  await studio.packs.models();
  for (let part = 0; part <= PARTS; part++) {
    const count = part === 0 ? 1 : Math.ceil(portraits / PARTS);
    const origin = { kind: 'prompt' as const, prompt: 'a smiling woman with red hair' };
    await studio.service.generate({ origin, count, settings: { seed: 7 } });
    report(`${count} more`);
  }
  const frames = Math.ceil(portraits / PARTS) * FRAMES_A_PORTRAIT;
  for (let part = 1; part <= PARTS; part++) {
    for (let frame = 1; frame <= frames; frame++) await preview(frame / frames);
    report(`${frames} frames more`);
  }
} finally {
  await studio.close();
  await rm(folder, { recursive: true });
}

async function preview(position: number): Promise<void> {
  const words = (prompt: string) => ({ kind: 'prompt' as const, prompt, seed: 1 });
  await studio.service.preview({
    ...{ from: words('a smiling woman with red hair'), to: words('an old man with a grey beard') },
    ...{ path: 'clip', settings: {}, channel: 'bench', position, size: 'small', moving: true },
  });
}

function report(what: string): void {
  const [host, inference] = [process.pid, studio.inference.pid].map(residentMegabytes);
  print(`memory after ${what}`, `host ${host} MB, inference ${inference} MB`);
}
