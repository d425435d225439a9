import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { BridgeEvent } from '../../electron/contract/bridge.ts';
import type { Job } from '../../electron/contract/job.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { bridgeRequest, importTinyModels } from '../support/bridges.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 120_000 });

const base = mkdtempSync(path.join(tmpdir(), 'clip-flow-bridge-'));
let studio: Studio;

beforeAll(async () => {
  const packRoot = path.join(base, 'packs');
  await cp(TINY_PACK, path.join(packRoot, 'tiny-pack'), { recursive: true });
  const pack = path.join(packRoot, 'tiny-pack');
  const folders = {
    ...{ library: path.join(base, 'library'), packRoot, pack },
    components: path.join(base, 'components'),
  };
  studio = await openTestStudio(folders, afterAll);
  afterAll(() => rmSync(base, { recursive: true }));
  await importTinyModels(base, studio.inference);
  await preview();
}, 120_000);

let place = 0;

/** Elsewhere each time: nothing is remembered of it. */
function preview() {
  place += 0.05;
  return studio.service.preview({
    from: { kind: 'prompt', prompt: 'red hair', seed: 1 },
    to: { kind: 'prompt', prompt: 'a hat', seed: 1 },
    ...{ path: 'w', settings: {}, channel: 'slider', position: place, size: 'full' },
  });
}

/** As whoever begins to watch is told of it. */
async function learningJob(): Promise<Job> {
  const found = Promise.withResolvers<Job>();
  const stop = new AbortController();
  const onEvent = (event: StudioEvent) => {
    if (event.kind === 'job' && event.job.kind === 'learn') found.resolve(event.job);
  };
  const watching = studio.service.watch({}, { signal: stop.signal, onEvent });
  const job = await found.promise;
  stop.abort();
  await watching.catch(() => undefined);
  return job;
}

/** Learns until a stage has begun, then draws, then cancels the job as a list of jobs does. */
async function drawDuring(task: 'draw-pairs' | 'train-flow'): Promise<string[]> {
  const order: string[] = [];
  const isBusy = Promise.withResolvers<undefined>();
  const onEvent = (event: BridgeEvent) => {
    if (event.kind === 'advanced' && event.task === task) isBusy.resolve(undefined);
  };
  const learning = studio.service.learnBridge(bridgeRequest({ pairs: 400 }), { onEvent });
  const ended = learning.catch((error: unknown) => order.push(`learning: ${String(error)}`));
  // What cannot begin says why.
  await Promise.race([isBusy.promise, learning]);
  for (let n = 1; n <= 3; n += 1) {
    await preview();
    order.push('preview');
  }
  const { id, status } = await learningJob();
  expect(status).toMatchObject({ state: 'running', progress: { task } });
  await studio.service.cancelJob({ id });
  await ended;
  return order;
}

it('previews are drawn while pairs are, and while the flow learns', async () => {
  for (const task of ['draw-pairs', 'train-flow'] as const) {
    expect(await drawDuring(task)).toEqual([
      ...Array<string>(3).fill('preview'),
      expect.stringMatching(/Cancelled/),
    ]);
  }
  const [bridge] = await studio.service.bridges({});
  expect(bridge).toMatchObject({ drawn: 400, request: { pairs: 400 } });
  await studio.service.dropBridge({ id: bridge!.id });
  expect(await studio.service.bridges({})).toEqual([]);
});

it('a page names no folders', async () => {
  const asked = studio.service.learnBridge(bridgeRequest({ clip: TINY_PACK }));
  await expect(asked).rejects.toMatchObject({ code: 'component-not-found' });
});
