import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bridgeRequest, importTinyModels, openBridges } from '../../../test/support/bridges.ts';
import { writeHfClip } from '../../../test/support/hf-clip.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import type { BridgeEvent } from '../../contract/bridge.ts';
import { remediesSchema } from '../../contract/remedies.ts';
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
  const { bridges, components } = openBridges(base, inference);
  await components.import(await writeHfClip('siglip', { parent: base }), { id: 'other-clip' });
  whole = await bridges.learn(bridgeRequest(), told);
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
  // Nobody judges, so nothing is said of how well words are heeded.
  const { judge, scores } = remediesSchema.parse(measured['remedies']);
  expect(judge).toBeNull();
  expect(scores.map(({ gap }) => gap)).toEqual([
    ...['none', 'ensemble', 'shift'],
    ...['neighbours', 'neighbours'],
  ]);
  expect(scores.every(({ heeded, coverage }) => heeded === null && coverage > 0)).toBe(true);

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
  // The pairs took hours: they stay.
  expect(readdirSync(path.join(root, ID)).toSorted()).toEqual(['bridge.json', 'pairs']);
  const [left] = await bridges.list();
  expect(left).toMatchObject({ id: ID, made: info.id, drawn: 200, learnt: 0 });
  expect(left!.bytes).toBe(200 * (6 + 12) * 4);
});

it('begins the next one between the same models with the pairs of the last', async () => {
  const { bridges, packs, root } = openBridges(base, inference);
  const next = listener();
  const request = bridgeRequest({ title: 'With a judge', prompts: [], judge: 'other-clip' });
  const info = await bridges.learn(request, next);
  const drawn = next.events.filter(
    (event) => event.kind === 'advanced' && event.task === 'draw-pairs',
  );
  expect(drawn).toEqual([]);
  expect(next.points().slice(0, 3)).toEqual([1, 2, 3]);
  const { judge, scores } = remediesSchema.parse(info.measured?.['remedies']);
  expect(judge).toEqual({ kind: 'clip', id: 'other-clip' });
  expect(scores.every(({ heeded }) => heeded !== null)).toBe(true);
  expect((await packs.list()).map(({ pack }) => pack?.id)).toEqual(['tiny-bridge', info.id]);

  // What is known of the machine stays.
  const known = await bridges.estimate({ ...bridgeRequest({ pairs: 400 }), measure: false });
  expect(known.drawn).toBe(200);
  await bridges.drop(ID);
  expect(readdirSync(root)).toEqual(['rates.json']);
  const afterwards = await bridges.estimate({ ...request, pairs: 400, measure: false });
  expect(afterwards.drawn).toBe(0);
  expect(afterwards.times?.drawing).toBeCloseTo(2 * known.times!.drawing);
  expect(afterwards.times?.learning).toBe(known.times!.learning);
});

it('measures the machine for two models that never worked, and leaves nothing of it', async () => {
  const { bridges, root } = await place();
  const asked = { ...bridgeRequest(), pairs: 400 };
  expect(await bridges.estimate({ ...asked, measure: false })).toEqual({ drawn: 0, times: null });
  const { times } = await bridges.estimate({ ...asked, measure: true });
  for (const ms of Object.values(times!)) expect(ms).toBeGreaterThan(0);
  expect(readdirSync(root)).toEqual(['rates.json']);
  expect((await bridges.estimate({ ...asked, measure: false })).times).toEqual(times);
});

it('refuses the CLIP that chooses as a judge', async () => {
  const { bridges } = await place();
  const asked = bridges.learn(bridgeRequest({ judge: 'tiny-clip' }));
  await expect(asked).rejects.toMatchObject({ code: 'invalid-argument' });
  expect(await bridges.list()).toEqual([]);
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
