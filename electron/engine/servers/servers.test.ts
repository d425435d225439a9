import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { type FakeServerOptions, startFakeServer } from '../../../test/support/model-server.ts';
import { TINY_PACK, TINY_PACK_WIDE } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { DrawingRequest } from '../inference/inference.ts';
import { ModelServers } from './servers.ts';
import type { ServerSettings } from './settings.ts';

const SYNTHESIS = `${TINY_PACK}/generator/synthesis.onnx`;
const ENCODER = `${TINY_PACK}/clip/vision_model.onnx`;
const OTHER_PACK = `${TINY_PACK_WIDE}/generator/synthesis.onnx`;
const [LAYERS, DIM] = [4, 512];

/** A graph that takes and gives the same, and draws something else. */
async function otherGraph(): Promise<string> {
  const file = path.join(await temporaryFolder(), 'other.onnx');
  const graph = (await readFile(SYNTHESIS)).toString('latin1');
  await writeFile(file, graph.replace('\x04Tanh', '\x04Cosh'), 'latin1');
  return file;
}

/** What the servers compute with. */
const serving = startInference(undefined, afterAll);

const drawing = (count: number, seed = 1): DrawingRequest => ({
  ...{ graph: SYNTHESIS, w: gaussian(seed, count * LAYERS * DIM), count, layers: LAYERS },
  pixelRange: [-1, 1],
});

async function serve(options: Partial<FakeServerOptions> = {}) {
  const server = await startFakeServer({ inference: serving, graphs: [SYNTHESIS], ...options });
  onTestFinished(() => server.kill());
  return { ...server, address: `grpc://127.0.0.1:${server.port}` };
}

/** A studio's inference whose pictures these servers draw, and nothing but these. */
async function drawWith(addresses: readonly string[], settings: Partial<ServerSettings> = {}) {
  const inference = startInference();
  const servers = new ModelServers(inference);
  await servers.use({ addresses, always: true, ...settings });
  return { inference, servers };
}

describe('a model server', () => {
  it('draws the bytes that this machine draws, and says so', async () => {
    const { address, computed } = await serve();
    const { inference, servers } = await drawWith([address]);
    const here = await inference.render(drawing(6), { here: true });
    const { by, ...there } = await inference.render(drawing(6));
    expect(there).toEqual(here);
    expect(by).toEqual(Array(6).fill({ address, exactness: 'same-bytes' }));
    // Two were drawn to find out.
    expect(computed()).toBe(8);
    expect(servers.statuses).toEqual([
      expect.objectContaining({ address, state: 'ready', software: 'fake 1', drawn: 6 }),
    ]);
  });

  it('embeds what may leave this machine, and nothing else', async () => {
    const { address, computed } = await serve({ graphs: [ENCODER] });
    const { inference } = await drawWith([address]);
    const pixels = {
      type: 'float32' as const,
      dims: [2, 3, 16, 16],
      data: gaussian(1, 2 * 3 * 256),
    };
    const feeds = { pixel_values: pixels };
    const here = await inference.run(ENCODER, feeds);
    expect(computed()).toBe(0);
    expect(await inference.run(ENCODER, feeds, { mayLeave: true })).toEqual(here);
    expect(computed()).toBe(3);
  });

  it('without the image encoder draws all the same, and this machine embeds', async () => {
    const { address } = await serve();
    const { inference, servers } = await drawWith([address]);
    const data = gaussian(1, 3 * 256);
    const feeds = { pixel_values: { type: 'float32' as const, dims: [1, 3, 16, 16], data } };
    const here = await inference.run(ENCODER, feeds);
    expect(await inference.run(ENCODER, feeds, { mayLeave: true })).toEqual(here);
    await inference.render(drawing(1));
    expect(servers.statuses[0]).toMatchObject({ state: 'ready', drawn: 1 });
  });

  it('draws the same portrait once for all who want it now', async () => {
    const { address, computed } = await serve();
    const { inference } = await drawWith([address]);
    await inference.render(drawing(1));
    const before = computed();
    const [one, other] = await Promise.all([
      inference.render(drawing(1, 9)),
      inference.render(drawing(1, 9)),
    ]);
    expect(one).toEqual(other);
    expect(computed() - before).toBe(1);
  });

  it('that is exchanged in the middle of its work leaves it to the next', async () => {
    const stuck = await serve({ before: () => new Promise(() => undefined) });
    const { inference, servers } = await drawWith([stuck.address]);
    const going = inference.render(drawing(2));
    await expect.poll(stuck.most, { timeout: 60_000 }).toBeGreaterThan(0);
    const next = await serve();
    await servers.use({ addresses: [next.address], always: true });
    expect((await going).by?.map((by) => by?.address)).toEqual([next.address, next.address]);
  });

  it('is asked for no more at a time than it takes', async () => {
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const { address, most } = await serve({ before });
    const { inference } = await drawWith([address]);
    await Promise.all([inference.render(drawing(5)), inference.render(drawing(5, 2))]);
    expect(most()).toBe(4);
  });

  it('with other weights under the name is refused, and draws nothing', async () => {
    const { address } = await serve({
      graphs: [{ named: SYNTHESIS, computed: await otherGraph() }],
    });
    const { inference, servers } = await drawWith([address]);
    const refused = { code: 'server-unsuitable', message: expect.stringContaining('weights') };
    await expect(inference.render(drawing(1))).rejects.toMatchObject(refused);
    expect(servers.statuses[0]).toMatchObject({ state: 'refused', drawn: 0 });
  });

  it('of another pack is refused, and says what it lacks', async () => {
    const { address } = await serve({ graphs: [OTHER_PACK] });
    const { inference } = await drawWith([address]);
    const refused = { code: 'server-unsuitable', message: expect.stringContaining(SYNTHESIS) };
    await expect(inference.render(drawing(1))).rejects.toMatchObject(refused);
  });

  it('that wants a token is given it, and lets nobody in without', async () => {
    const { address } = await serve({ token: 'open sesame' });
    const known = await drawWith([address], { credentials: { token: 'open sesame' } });
    expect((await known.inference.render(drawing(1))).by).toHaveLength(1);
    const unknown = await drawWith([address]);
    const refused = { code: 'network-refused' };
    await expect(unknown.inference.render(drawing(1))).rejects.toMatchObject(refused);
  });

  it('fails once and is asked again', async () => {
    const before = (request: number) => {
      if (request === 4) throw new Error('out of luck');
    };
    const { address } = await serve({ before });
    const { inference } = await drawWith([address]);
    const { pixels } = await inference.render(drawing(3));
    expect(pixels).toEqual((await inference.render(drawing(3), { here: true })).pixels);
  });

  it('is told when work is cancelled', async () => {
    const calls: { cancelled: boolean }[] = [];
    const before = async (request: number, call: { cancelled: boolean }) => {
      if (request <= 2) return;
      calls.push(call);
      await expect.poll(() => call.cancelled, { timeout: 60_000 }).toBe(true);
    };
    const { address } = await serve({ before });
    const { inference } = await drawWith([address]);
    const abort = new AbortController();
    const asked = inference.render(drawing(1), { signal: abort.signal });
    const cancelled = expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => calls.length, { timeout: 60_000 }).toBe(1);
    abort.abort();
    await cancelled;
    await expect.poll(() => calls[0]?.cancelled, { timeout: 60_000 }).toBe(true);
  });

  it('that is killed and started anew goes on where it was, and is proven again', async () => {
    const first = await serve();
    const { inference, servers } = await drawWith([first.address]);
    await inference.render(drawing(1));
    first.kill();
    const going = inference.render(drawing(3, 3));
    await expect.poll(() => servers.statuses[0]?.state, { timeout: 60_000 }).toBe('unreachable');
    const second = await serve({ port: first.port });
    expect((await going).pixels).toEqual(
      (await inference.render(drawing(3, 3), { here: true })).pixels,
    );
    expect(second.computed()).toBeGreaterThanOrEqual(5);
  });

  it('that was started anew and has no models yet is waited for', async () => {
    const first = await serve();
    const { inference, servers } = await drawWith([first.address]);
    await inference.render(drawing(1));
    first.kill();
    const going = inference.render(drawing(1, 3));
    const loading = await serve({ port: first.port, graphs: [] });
    await expect
      .poll(() => servers.statuses[0]?.reason, { timeout: 60_000 })
      .toContain('does not have its models yet');
    loading.kill();
    await serve({ port: first.port });
    expect((await going).by).toEqual([{ address: first.address, exactness: 'same-bytes' }]);
  });

  it('that was exchanged while nothing was drawn is proven again', async () => {
    const first = await serve();
    const { inference } = await drawWith([first.address]);
    await inference.render(drawing(1));
    first.kill();
    await serve({ port: first.port, graphs: [{ named: SYNTHESIS, computed: await otherGraph() }] });
    const refused = { code: 'server-unsuitable', message: expect.stringContaining('weights') };
    await expect(inference.render(drawing(1))).rejects.toMatchObject(refused);
  });

  it('that comes back with other weights is refused in mid-film', async () => {
    const first = await serve();
    const { inference } = await drawWith([first.address]);
    await inference.render(drawing(1));
    first.kill();
    const going = inference.render(drawing(1, 3));
    const refused = expect(going).rejects.toMatchObject({ code: 'server-unsuitable' });
    await serve({ port: first.port, graphs: [{ named: SYNTHESIS, computed: await otherGraph() }] });
    await refused;
  });
});

describe('without a server that answers', () => {
  const nobody = 'grpc://127.0.0.1:1';

  it('work waits and says how long, then fails with words, and none was drawn in secret', async () => {
    const { inference, servers } = await drawWith([nobody]);
    const waits: unknown[] = [];
    servers.subscribe(() => waits.push(servers.statuses[0]?.waitsMs));
    const asked = inference.render(drawing(1), { priority: 'interactive' });
    await expect(asked).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(waits.slice(0, 2)).toEqual([null, 5_000]);
    expect(waits.at(-1)).toBeNull();
  });

  it('this machine draws where that was allowed, and the portrait says so', async () => {
    const { inference, servers } = await drawWith([nobody], { fallback: true });
    const { by, ...pictures } = await inference.render(drawing(2));
    expect(by).toBeUndefined();
    expect(pictures).toEqual(await inference.render(drawing(2), { here: true }));
    expect(servers.statuses[0]).toMatchObject({ state: 'unreachable' });
  });
});

describe('several servers', () => {
  it('share the portraits, each drawn once', async () => {
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
    const both = [await serve({ before }), await serve({ before })];
    const { inference, servers } = await drawWith(both.map(({ address }) => address));
    await inference.render(drawing(1));
    await servers.tried();
    const tried = both.map(({ computed }) => computed());
    const { pixels, by } = await inference.render(drawing(8, 4));
    expect(pixels).toEqual((await inference.render(drawing(8, 4), { here: true })).pixels);
    expect(both.map(({ computed }, i) => computed() - tried[i]!)).toEqual([4, 4]);
    expect(new Set(by?.map((one) => one?.address)).size).toBe(2);
  });

  it('go on as one when the other is killed', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
    const [lost, kept] = [await serve({ before: slow }), await serve({ before: slow })];
    const { inference, servers } = await drawWith([lost.address, kept.address]);
    await inference.render(drawing(1));
    await servers.tried();
    const going = inference.render(drawing(8, 5));
    setTimeout(() => lost.kill(), 30);
    expect((await going).pixels).toEqual(
      (await inference.render(drawing(8, 5), { here: true })).pixels,
    );
  });
});
