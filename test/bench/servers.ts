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
import { ms, percentile, print, processorMs, ratio } from './report.ts';

const PORTRAITS = 24;
/** How many are asked for at a time. */
const TOGETHER = 4;
const MOVES = 40;
const ROUNDS = 20;
const MODEL_MS = 200;

/** How long the same work took each time, by the clock and of all processors. */
class Times {
  readonly #pids: () => readonly (number | undefined)[];
  readonly #times: number[] = [];
  processor = 0;

  constructor(server: number | undefined) {
    this.#pids = () => [process.pid, inference.pid, server];
  }

  get best(): number {
    return Math.min(...this.#times);
  }

  get p95(): number {
    return percentile(this.#times, 95);
  }

  async add(work: () => Promise<unknown>): Promise<void> {
    const before = this.#processor();
    this.#times.push(await timed(work));
    this.processor += this.#processor() - before;
  }

  #processor(): number {
    return this.#pids().reduce<number>((sum, pid) => sum + processorMs(pid), 0);
  }
}

const inference = new Inference({ device: 'cpu' });
const servers = new ModelServers(inference);
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
    // As a film is drawn: the next ones are asked for before these are there.
    const draw = (here: boolean, seed: number) =>
      Promise.all(
        [0, 1].map((half) => inference.render(drawing(TOGETHER, 2 * seed + half), { here })),
      );
    await Promise.all([draw(true, 1), draw(false, 1)]);
    const times = { here: new Times(server.pid), there: new Times(server.pid) };
    for (let i = 0; i < ROUNDS; i++) {
      await times.here.add(() => draw(true, i));
      await times.there.add(() => draw(false, i));
    }
    print('a portrait here', ms(times.here.best / 2 / TOGETHER));
    print('a portrait on one server beside it', ms(times.there.best / 2 / TOGETHER));
    print('portraits a second, server to here', ratio(times.here.best, times.there.best));
    print('the same by processor time', ratio(times.here.processor, times.there.processor));
    const move = (here: boolean, i: number) =>
      inference.render(drawing(1, i), { here, priority: 'interactive' });
    const moves = { here: new Times(server.pid), there: new Times(server.pid) };
    for (let i = 0; i < MOVES; i++) {
      await moves.here.add(() => move(true, i));
      await moves.there.add(() => move(false, i));
    }
    print('slider p95 here', ms(moves.here.p95));
    print('slider p95 on the server', ms(moves.there.p95));
    print('slider p95, server to here', ratio(moves.there.p95, moves.here.p95));
    print('the same by processor time', ratio(moves.there.processor, moves.here.processor));
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
      for (let i = 0; i < PORTRAITS; i += TOGETHER)
        await inference.render(drawingOf(pack, synthesis, TOGETHER, i));
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
