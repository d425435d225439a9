/** The work of a generation with nothing around it: ONNX Runtime in a loop, in this process. */
import type { Latents } from '../../electron/contract/latents.ts';
import { toPlanes } from '../../electron/engine/clip/planes.ts';
import type { RgbPicture } from '../../electron/engine/images/codec.ts';
import { toSquare } from '../../electron/engine/images/resample.ts';
import * as ort from '../../electron/engine/inference/onnx-runtime.ts';
import { stack } from '../../electron/engine/latent/vectors.ts';
import { LatentSpace } from '../../electron/engine/latent/w-plus.ts';
import { sessionOptions } from '../../electron/engine/inference/sessions.ts';
import type { Pack } from '../../electron/engine/packs/pack.ts';
import { FLOW_THREADS, SIDE_THREADS } from '../../electron/engine/packs/graphs.ts';

export interface BareLoop {
  /** Milliseconds of every graph that a generation runs, over the same latents. */
  all(): Promise<number>;
  /** Milliseconds of the synthesis alone. */
  synthesis(): Promise<number>;
  /** Milliseconds of the graphs that a frame of an animation needs: decoding, projection and synthesis. */
  frames(): Promise<number>;
  release(): Promise<void>;
}

type Feeds = Record<string, [dims: number[], data: Float32Array]>;

/** @param batch how many portraits go into one run */
export async function createBareLoop(
  pack: Pack,
  portraits: readonly { latents: Latents; picture: RgbPicture }[],
  batch: number,
): Promise<BareLoop> {
  const { clip, flow, generator } = pack.manifest;
  const load = (graph: string, threads?: number) =>
    ort.InferenceSession.create(pack.file(graph), sessionOptions('cpu', { threads }));
  const decode = await load(flow.decode, FLOW_THREADS);
  const project = generator.projection ? await load(generator.projection, FLOW_THREADS) : null;
  const { widths } = pack;
  const space = new LatentSpace({ width: widths.w, layers: generator.layers });
  const synthesise = await load(generator.synthesis);
  const look = await load(clip.image.graph, SIDE_THREADS);
  const encode = await load(flow.encode, FLOW_THREADS);
  const chunks = Array.from({ length: Math.ceil(portraits.length / batch) }, (_, i) => {
    const members = portraits.slice(i * batch, (i + 1) * batch);
    const rows = (width: number, pick: (latents: Latents) => Float32Array | null) =>
      stack(members.map(({ latents }) => pick(latents) ?? new Float32Array(width)));
    const z = rows(widths.w, (latents) => latents.z);
    const e = rows(widths.clip, (latents) => latents.condition);
    const w = rows(widths.w, (latents) => latents.w);
    const wPlus = stack(members.map(({ latents }) => space.toWPlus(latents.w)));
    const { size } = clip.image;
    const planes = stack(
      members.map(({ picture }) => toPlanes(toSquare(picture, clip.image), clip.image)),
    );
    const n = members.length;
    return {
      decode: { z: [[n, widths.w], z], e: [[n, widths.clip], e] } satisfies Feeds,
      project: { w: [[n, widths.w], w] } satisfies Feeds,
      synthesis: { w: [[n, generator.layers, widths.w], wPlus] } satisfies Feeds,
      look: { pixel_values: [[n, 3, size, size], planes] } satisfies Feeds,
      encode: { w: [[n, widths.w], w], e: [[n, widths.clip], e] } satisfies Feeds,
    };
  });
  return {
    all: () =>
      timed(async () => {
        for (const chunk of chunks) {
          await run(decode, chunk.decode);
          if (project) await run(project, chunk.project);
          await run(synthesise, chunk.synthesis);
          await run(look, chunk.look);
          await run(encode, chunk.encode);
        }
      }),
    synthesis: () =>
      timed(async () => {
        for (const chunk of chunks) await run(synthesise, chunk.synthesis);
      }),
    frames: () =>
      timed(async () => {
        for (const chunk of chunks) {
          await run(decode, chunk.decode);
          if (project) await run(project, chunk.project);
          await run(synthesise, chunk.synthesis);
        }
      }),
    release: async () => {
      for (const session of [decode, project, synthesise, look, encode]) await session?.release();
    },
  };
}

/** What was given for each input last, to be written over, as the studio does: garbage would be collected at its cost. */
const outputs = new WeakMap<Feeds, ort.InferenceSession.ReturnType>();

async function run(session: ort.InferenceSession, feeds: Feeds): Promise<void> {
  // A bijective flow takes fewer inputs.
  const wanted = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
  const inputs = Object.fromEntries(
    wanted.map(([name, [dims, data]]) => [name, new ort.Tensor('float32', data, dims)]),
  );
  const last = outputs.get(feeds);
  outputs.set(feeds, await (last ? session.run(inputs, last) : session.run(inputs)));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
