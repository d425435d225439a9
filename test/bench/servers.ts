/**
 * What model servers cost and bring: `npm run bench:servers`. One MLServer on this machine against this machine alone (as
 * fast as the clock says, and in processor time), a slider over loopback, and two servers against one whose model
 * computes nothing and takes 200 ms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DrawingRequest, Inference } from '../../electron/engine/inference/inference.ts';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { Pack } from '../../electron/engine/packs/pack.ts';
import { servedPack, writeRepository } from '../../electron/engine/servers/repository.ts';
import { ModelServers } from '../../electron/engine/servers/servers.ts';
import { hasMlServer, startMlServer } from '../support/mlserver.ts';
import { startFakeServer } from '../support/model-server.ts';
import { DEFAULT_PACK, TINY_PACK } from '../support/packs.ts';
import { timed } from './bare.ts';
import { ms, percentile, print, ratio } from './report.ts';

const PORTRAITS = 24;
const MOVES = 40;
const ROUNDS = 3;
const MODEL_MS = 200;

const inference = new Inference({ device: 'cpu' });
const servers = new ModelServers(inference, () => undefined);
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
try {
  await benchTwo();
  if (hasMlServer) await benchOne();
} finally {
  inference.close();
  await rm(folder, { recursive: true });
}

async function benchOne(): Promise<void> {
  const pack = new Pack(DEFAULT_PACK, await readManifest(DEFAULT_PACK));
  const repository = path.join(folder, 'models');
  await writeRepository(servedPack(pack), 'mlserver', repository);
  const server = await startMlServer(repository);
  try {
    await servers.use({ addresses: [server.address], always: true });
    const { synthesis } = pack.manifest.generator;
    const drawing = (count: number, seed: number) => drawingOf(pack, synthesis, count, seed);
    const draw = (here: boolean, seed: number) => inference.render(drawing(4, seed), { here });
    const many = async (here: boolean) => {
      for (let i = 0; i < PORTRAITS; i += 4) await draw(here, i);
    };
    await Promise.all([draw(true, 1), draw(false, 1)]);
    const best = { here: Infinity, there: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      best.here = Math.min(best.here, await timed(() => many(true)));
      best.there = Math.min(best.there, await timed(() => many(false)));
    }
    print('a portrait here', ms(best.here / PORTRAITS));
    print('a portrait on one server beside it', ms(best.there / PORTRAITS));
    print('portraits a second, server to here', ratio(best.here, best.there));
    const move = (here: boolean, i: number) =>
      timed(() => inference.render(drawing(1, i), { here, priority: 'interactive' }));
    const times = { here: [] as number[], there: [] as number[] };
    for (let i = 0; i < MOVES; i++) {
      times.here.push(await move(true, i));
      times.there.push(await move(false, i));
    }
    const [here, there] = [times.here, times.there].map((all) => percentile(all, 95)) as [
      number,
      number,
    ];
    print('slider p95 here', ms(here));
    print('slider p95 on the server', ms(there));
    print('slider p95, server to here', ratio(there, here));
  } finally {
    await server.kill();
  }
}

async function benchTwo(): Promise<void> {
  const pack = new Pack(TINY_PACK, await readManifest(TINY_PACK));
  const { synthesis } = pack.manifest.generator;
  const graph = pack.file(synthesis);
  const serving = new Inference({ device: 'cpu' });
  const start = async () => {
    let last = Promise.resolve();
    // One after the other, as one GPU computes.
    const before = () => (last = last.then(() => wait(MODEL_MS)));
    return startFakeServer({ inference: serving, graphs: [graph], before });
  };
  const both = [await start(), await start()];
  const addresses = both.map(({ port }) => `grpc://127.0.0.1:${port}`);
  const film = async (named: readonly string[]) => {
    await servers.use({ addresses: named, always: true });
    await inference.render(drawingOf(pack, synthesis, 1, 1));
    await servers.tried();
    return timed(async () => {
      for (let i = 0; i < PORTRAITS; i += 4)
        await inference.render(drawingOf(pack, synthesis, 4, i));
    });
  };
  const one = await film(addresses.slice(0, 1));
  const two = await film(addresses);
  print('a frame on one server of 200 ms', ms(one / PORTRAITS));
  print('a frame on two', ms(two / PORTRAITS));
  print('frames a second, two to one', ratio(one, two));
  await servers.use({ addresses: [] });
  for (const server of both) server.kill();
  serving.close();
}

function drawingOf(pack: Pack, graph: string, count: number, seed: number): DrawingRequest {
  const { layers, pixelRange } = pack.manifest.generator;
  const w = gaussian(seed, count * layers * pack.widths.w);
  return { graph: pack.file(graph), w, count, layers, pixelRange };
}
