import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bridgeRequest, importTinyModels, openBridges } from '../../../test/support/bridges.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import type { BridgeEvent } from '../../contract/bridge.ts';
import type { PackInfo } from '../../contract/status.ts';
import { loadModels } from '../loading/load-models.ts';
import { embedWords } from '../models/conditions.ts';
import { claimFolder } from '../storage/claim-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

const ID = 'tiny-clip--tiny-generator';
const inference = startInference(undefined, afterAll);

const base = mkdtempSync(path.join(tmpdir(), 'clip-flow-bridges-'));
afterAll(() => rmSync(base, { recursive: true }));

/** The pack that comes of the request when nothing breaks in. */
let whole: PackInfo;
let told: Listener;

beforeAll(async () => {
  await importTinyModels(base, inference);
  told = listener();
  whole = await openBridges(base, inference).bridges.learn(bridgeRequest(), told);
}, 120_000);

/** A place with the two models in it. */
async function place() {
  const own = await temporaryFolder();
  cpSync(path.join(base, 'components'), path.join(own, 'components'), { recursive: true });
  return openBridges(own, inference);
}

type Listener = ReturnType<typeof listener>;

function listener(stopAt?: (event: BridgeEvent) => boolean) {
  const events: BridgeEvent[] = [];
  const stop = new AbortController();
  const onEvent = (event: BridgeEvent) => {
    events.push(event);
    if (stopAt?.(event)) stop.abort();
  };
  const points = () =>
    events.flatMap((event) => (event.kind === 'curve' ? event.points : [])).map((p) => p.step);
  return { events, points, onEvent, signal: stop.signal };
}

/** Hashes of all files, `pack.json` among them, by name. */
function contents({ folder }: PackInfo): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      return [path.relative(folder, file), hash];
    }),
  );
}

const isDrawn = (pairs: number) => (event: BridgeEvent) =>
  event.kind === 'advanced' && event.task === 'draw-pairs' && event.done >= pairs;
const isLearnt = (step: number) => (event: BridgeEvent) =>
  event.kind === 'curve' && event.points.some((point) => point.step >= step);

it('makes a pack of two models that draws', async () => {
  expect(whole).toMatchObject({
    ...{ id: 'tiny-bridge', title: 'Tiny bridge', gaps: expect.arrayContaining(['neighbours']) },
    ...{ license: 'CC0-1.0 (generator), mit (CLIP)', defaults: { gap: 'neighbours' } },
    prompts: { neutral: 'a photo of a cat', examples: ['a red cat', 'a dog'] },
  });
  const { measured = {} } = whole;
  expect(measured['pairs']).toBe(200);
  expect(measured['roundTrip']).toBeLessThan(1e-4);
  expect(measured['meanCosine']).toBeGreaterThan(0.5);

  const { flow, generator, ...parts } = await loadModels(whole.folder, inference);
  const { condition } = await embedWords({ ...parts }, 'a red cat', { gap: 'neighbours' });
  const seeds = [1, 2];
  const noisy = seeds.map((seed) => ({ z: flow.noise(seed, 1), e: condition(seed) }));
  const [first, second] = await generator.synthesise(await flow.decode(noisy));
  expect(first!.data).not.toEqual(second!.data);
});

it('tells of its stages, its curve, and the test prompts', () => {
  const tasks = told.events.flatMap((event) => (event.kind === 'finished' ? [event.task] : []));
  expect(tasks).toEqual(expect.arrayContaining(['draw-pairs', 'train-flow', 'evaluate']));
  expect(told.points().slice(0, 3)).toEqual([1, 2, 3]);
  const samples = told.events.find((event) => event.kind === 'samples');
  expect(samples?.samples.map(({ prompt }) => prompt)).toEqual(['a red cat', 'a dog']);
  expect(samples?.samples[0]?.frame.pixels).toHaveLength(4 * 4 * 3);
});

it('pauses while it draws and while it learns, and goes on to the same bytes', async () => {
  const { bridges, root } = await place();
  for (const stopAt of [isDrawn(96), isLearnt(77)]) {
    const paused = bridges.learn(bridgeRequest(), listener(stopAt));
    await expect(paused).rejects.toMatchObject({ code: 'cancelled' });
  }
  const [bridge] = await bridges.list();
  expect(bridge).toMatchObject({ id: ID, drawn: 200, request: { pairs: 200 } });
  expect(bridge!.learnt).toBeGreaterThan(70);
  const goneOn = listener();
  const info = await bridges.learn(bridgeRequest(), goneOn);
  expect(goneOn.points().slice(0, bridge!.learnt)).toEqual(
    Array.from({ length: bridge!.learnt }, (_, i) => i + 1),
  );
  expect(contents(info)).toEqual(contents(whole));
  expect(await bridges.list()).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

it('is finished early with the best flow so far, and refuses that before there is one', async () => {
  const { bridges } = await place();
  const finish = bridgeRequest({ finish: true });
  await expect(bridges.learn(bridgeRequest(), listener(isDrawn(32)))).rejects.toThrow();
  await expect(bridges.learn(finish)).rejects.toMatchObject({ code: 'invalid-argument' });
  expect(await bridges.list()).toMatchObject([{ drawn: expect.any(Number), learnt: 0 }]);
  await expect(bridges.learn(bridgeRequest(), listener(isLearnt(45)))).rejects.toThrow();
  const { measured = {} } = await bridges.learn(finish);
  expect(measured['step']).toBeLessThanOrEqual(60);
});

it('learns anew from more pairs than before', async () => {
  const { bridges } = await place();
  await expect(bridges.learn(bridgeRequest(), listener(isLearnt(30)))).rejects.toThrow();
  const more = listener(isLearnt(1));
  await expect(bridges.learn(bridgeRequest({ pairs: 230 }), more)).rejects.toThrow();
  expect(more.points()[0]).toBe(1);
  expect(await bridges.list()).toMatchObject([{ drawn: 230, request: { pairs: 230 } }]);
});

it('is one at a time, for this studio and others, and is dropped when nobody learns it', async () => {
  const { bridges, root, jobs } = await place();
  const stop = new AbortController();
  const begun = Promise.withResolvers<undefined>();
  const onEvent = (event: BridgeEvent) => void (isDrawn(16)(event) && begun.resolve(undefined));
  const learning = bridges.learn(bridgeRequest(), { signal: stop.signal, onEvent });
  await begun.promise;
  expect(jobs.list()).toMatchObject([{ kind: 'learn', title: 'Tiny bridge' }]);
  const busy = { code: 'file-busy' };
  await expect(bridges.learn(bridgeRequest())).rejects.toMatchObject(busy);
  await expect(bridges.drop(ID)).rejects.toMatchObject(busy);
  // As a window that lists jobs does.
  jobs.cancel(jobs.list()[0]!.id);
  await expect(learning).rejects.toMatchObject({ code: 'cancelled' });

  await claimFolder(path.join(root, ID), 'busy', async () => {
    await expect(bridges.learn(bridgeRequest())).rejects.toMatchObject(busy);
  });
  await bridges.drop(ID);
  expect(await bridges.list()).toEqual([]);
  await expect(bridges.drop(ID)).rejects.toMatchObject({ code: 'not-found' });
});

it('is refused where other models of the same names drew its pairs', async () => {
  const { bridges, components } = await place();
  await expect(bridges.learn(bridgeRequest(), listener(isDrawn(16)))).rejects.toThrow();
  await components.chooseClass(await components.locate('tiny-generator'), 1);
  const other = bridges.learn(bridgeRequest());
  await expect(other).rejects.toMatchObject({ code: 'file-exists' });
  await expect(other).rejects.toThrow(/drop-bridge/);
});

it('has models that are there', async () => {
  const { bridges } = await place();
  const missing = bridges.learn(bridgeRequest({ clip: 'none' }));
  await expect(missing).rejects.toMatchObject({ code: 'component-not-found' });
});
