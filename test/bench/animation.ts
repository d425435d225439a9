/**
 * How fast an animation is drawn, how much of that is ONNX Runtime itself, and whether memory stays flat:
 * `npm run bench:animation -- [--pack NAME] [--frames N]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio } from '../../electron/engine/studio.ts';
import { positions } from '../../electron/engine/path/path.ts';
import { segmentOf } from '../../electron/engine/path/moments.ts';
import { createBareLoop, timed } from './bare.ts';
import { ms, print, ratio, residentMegabytes } from './report.ts';

/** The fastest of so many runs counts: other programs only ever make a run slower. */
const ROUNDS = 3;
/** As many as the studio draws together. */
const BATCH = 4;
const FPS = 60;

const { values } = parseArgs({
  options: { pack: { type: 'string' }, frames: { type: 'string', default: '120' } },
});
const frames = Number(values.frames);
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
const { packRoots, pack } = findLocations(path.resolve(import.meta.dirname, '../../native-models'));
const studio = await openStudio({
  ...{ library: path.join(folder, 'library'), packRoots, pack: values.pack ?? pack },
  codec: sharpCodec,
});
const { service } = studio;

try {
  await service.preview(firstFrame());
  // Before the bare loop, which brings ONNX Runtime into this process.
  for (const count of [frames, 4 * frames])
    print(`memory, ${count} frames`, await peakMemory(count));
  await benchSpeed();
} finally {
  await studio.close();
  await rm(folder, { recursive: true });
}

async function benchSpeed(): Promise<void> {
  const bare = await bareLoop();
  const best = { render: Infinity, whole: Infinity, bare: Infinity };
  for (let round = 0; round <= ROUNDS; round++) {
    const times = {
      render: await timed(() => render(frames)),
      whole: await timed(() => animate(frames)),
      bare: await bare.frames(),
    };
    if (round === 0) continue;
    best.render = Math.min(best.render, times.render);
    best.whole = Math.min(best.whole, times.whole);
    best.bare = Math.min(best.bare, times.bare);
  }
  const show = (time: number) =>
    `${ms(time)}, ${((1_000 * frames) / time).toFixed(1)} frames/s, ` +
    `${ratio(best.bare, time)} of the bare loop's`;
  print(`${frames} frames, drawn and written`, show(best.render));
  print(`${frames} frames, and joined as WebP`, show(best.whole));
  print(`bare loop, ${BATCH} a run`, show(best.bare));
  await bare.release();
}

function request(count: number): RenderRequest {
  const way = { path: 'clip', easing: 'linear', seconds: count / FPS } as const;
  const words = (prompt: string) => ({ kind: 'prompt' as const, prompt, seed: 1 });
  return {
    timeline: {
      keys: [
        { anchor: words('a smiling woman with red hair and round glasses'), ...way },
        { anchor: words('an old man with a grey beard'), ...way },
      ],
      ...{ loop: false, even: false, settings: {} },
    },
    fps: FPS,
    output: { format: 'webp', name: 'bench' },
  };
}

function firstFrame() {
  const between = segmentOf(request(frames).timeline, 0);
  return { ...between, channel: 'bench', position: 0, size: 'full' as const };
}

/** The frames alone, from a clean start. */
async function render(count: number): Promise<void> {
  const { id } = await service.render(request(count));
  await service.dropRender({ id });
}

async function animate(count: number): Promise<void> {
  const { id } = await service.render(request(count));
  await service.exportRender({
    ...{ id, format: 'webp', name: 'bench', ifExists: 'replace' },
    destination: { kind: 'folder', folder },
  });
  await service.dropRender({ id });
}

/** The same latents in a loop with nothing around it. */
async function bareLoop() {
  const { session, paths } = await studio.workspace.tools();
  const path = await paths.between(segmentOf(request(frames).timeline, 0));
  const codes = await Promise.all(positions(frames).map((position) => path.at(position)));
  const picture = await sharpCodec.decode(
    await sharpCodec.encode({ width: 1, height: 1, data: new Uint8Array(3) }, 'png'),
  );
  const portraits = codes.map(({ z, e, w }) => ({
    latents: { z: z?.slice() ?? null, condition: e?.slice() ?? null, w: w.slice() },
    picture,
  }));
  return createBareLoop(session.models.pack, portraits, BATCH);
}

/** The most memory that the studio's processes hold while an animation is made. */
async function peakMemory(count: number): Promise<string> {
  const peak = { host: 0, inference: 0 };
  const look = () => {
    peak.host = Math.max(peak.host, residentMegabytes(process.pid));
    peak.inference = Math.max(peak.inference, residentMegabytes(studio.inference.pid));
  };
  const timer = setInterval(look, 250);
  await animate(count);
  clearInterval(timer);
  return `host ${peak.host} MB, inference ${peak.inference} MB`;
}
