/** Values that come by OSC, over real UDP. */
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { toBuffer } from 'osc-min';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { LiveEvent, LiveState, LiveValue } from '../../electron/contract/live.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { openTestStudio } from '../support/studio.ts';

const POSITION = '/clip-flow/between/position';

let studio: Studio;
beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
});

/** What a window hears, from now to the end of the test. */
function listen() {
  const events: LiveEvent[] = [];
  const stop = new AbortController();
  const following = studio.service
    .followLive({}, { signal: stop.signal, onEvent: (event) => void events.push(event) })
    .catch((error: unknown) => error);
  onTestFinished(async () => {
    stop.abort();
    await expect(following).resolves.toMatchObject({ code: 'cancelled' });
    await studio.service.closeOsc({});
  });
  const values = (): LiveValue[] =>
    events.flatMap((event) => (event.kind === 'values' ? event.values : []));
  const state = (): LiveState | undefined =>
    events.flatMap((event) => (event.kind === 'state' ? [event.state] : [])).at(-1);
  return { events, values, state };
}

/** Sends packets as another program does, and waits until they have left. */
async function send(port: number, packets: readonly Uint8Array[], to = '127.0.0.1'): Promise<void> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  for (const packet of packets) {
    await new Promise<void>((resolve) => socket.send(packet, port, to, () => resolve()));
  }
}

function message(address: string, value: number | string): Uint8Array {
  const { buffer, byteOffset, byteLength } = toBuffer({
    ...{ oscType: 'message', address },
    args: typeof value === 'string' ? value : { type: 'double', value },
  });
  return new Uint8Array(buffer, byteOffset, byteLength);
}

it('is listened to by nobody until it is allowed, and by nobody after', async () => {
  const { state, values } = listen();
  await vi.waitFor(() =>
    expect(state()).toEqual({ port: null, taken: 0, malformed: 0, unknown: 0 }),
  );
  const { port } = await studio.service.openOsc({ port: 0 });
  await send(port!, [message(POSITION, 0.25)]);
  await vi.waitFor(() => expect(values()).toEqual([{ address: POSITION, value: 0.25 }]));
  await studio.service.closeOsc({});
  expect(state()).toMatchObject({ port: null, taken: 0 });
  await send(port!, [message(POSITION, 0.5)]);
  const again = await studio.service.openOsc({ port: port! });
  await send(again.port!, [message(POSITION, 0.75)]);
  await vi.waitFor(() => expect(values().at(-1)?.value).toBe(0.75));
  expect(values().map(({ value }) => value)).toEqual([0.25, 0.75]);
});

it('counts what is no OSC and what is not for the studio, and goes on', async () => {
  const { state, values } = listen();
  const { port } = await studio.service.openOsc({ port: 0 });
  await send(port!, [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    message(POSITION, 1).subarray(0, 30),
    Buffer.alloc(60_000, '/'),
    new Uint8Array(),
    message('/live/tempo', 120),
    message(POSITION, 'far'),
    message('/clip-flow/slider/a*', 1),
    message('/clip-flow/slider/age', 0.5),
  ]);
  await vi.waitFor(() => expect(state()).toEqual({ port, taken: 1, malformed: 4, unknown: 3 }));
  expect(values()).toEqual([{ address: '/clip-flow/slider/age', value: 0.5 }]);
});

it('does not pile up: of thousands of values few are told, the last among them', async () => {
  const { events, values, state } = listen();
  const { port } = await studio.service.openOsc({ port: 0 });
  const begun = performance.now();
  for (let burst = 0; burst < 40; burst++) {
    const values = Array.from({ length: 50 }, (_, i) => (burst * 50 + i) / 2_000);
    await send(
      port!,
      values.map((value) => message(POSITION, value)),
    );
    await delay(20);
  }
  await send(port!, [message('/clip-flow/timeline/time', 1)]);
  await vi.waitFor(() => expect(values().at(-1)?.address).toBe('/clip-flow/timeline/time'));
  const ms = performance.now() - begun;
  const told = events.filter(({ kind }) => kind === 'values').length;
  // No more often than a screen draws.
  expect(told).toBeLessThanOrEqual(ms / 16 + 2);
  const last = values()
    .filter(({ address }) => address === POSITION)
    .at(-1);
  expect(last?.value).toBe(1_999 / 2_000);
  await vi.waitFor(() => expect(state()?.taken).toBe(2_001));
});

it('is not reached by another address of this machine', async () => {
  const { values } = listen();
  const { port } = await studio.service.openOsc({ port: 0 });
  const [outer] = Object.values(networkInterfaces())
    .flat()
    .filter((face) => face && !face.internal && face.family === 'IPv4');
  if (outer) await send(port!, [message(POSITION, 0.9)], outer.address);
  await send(port!, [message(POSITION, 0.1)]);
  await vi.waitFor(() => expect(values().map(({ value }) => value)).toEqual([0.1]));
});

it('says which port is taken, and listens to none then', async () => {
  const { state } = listen();
  const other = createSocket('udp4');
  await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address();
  await studio.service.openOsc({ port: 0 });
  const opening = studio.service.openOsc({ port });
  await expect(opening).rejects.toMatchObject({
    code: 'port-busy',
    message: expect.stringContaining(String(port)),
  });
  expect(state()?.port).toBeNull();
});
