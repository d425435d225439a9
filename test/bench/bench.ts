/**
 * How fast the studio is, and how much of that is ONNX Runtime itself:
 * `npm run bench -- [--pack NAME] [--count N] [--memory PORTRAITS]`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { toStudioError } from '../../electron/contract/errors.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio, type Studio } from '../../electron/engine/studio.ts';
import { buildIfStale } from '../../electron/hosts/launch/build.ts';
import { hasBrowser, launchBrowser, openWindow } from '../e2e/support/browser.ts';
import { type BareLoop, createBareLoop, timed } from './bare.ts';
import { ms, print, ratio } from './report.ts';

const PROMPT = 'a smiling woman with red hair and round glasses';
/** The fastest of so many runs counts: other programs only ever make a run slower. */
const ROUNDS = 10;
/** A slider is dragged so often, for a second each time. */
const DRAGS = 10;
const FRAMES = 60;
/** Bare syntheses between two drags. */
const TURNS = 4;
const CLI = path.resolve(import.meta.dirname, '../../electron/hosts/cli/clip-flow.mjs');

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    count: { type: 'string', default: '16' },
    memory: { type: 'string', default: '0' },
  },
});
const count = Number(values.count);
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
const { packRoots, pack } = findLocations(path.resolve(import.meta.dirname, '../../native-models'));
const studio = await openStudio({
  ...{ library: path.join(folder, 'library'), packRoots, pack: values.pack ?? pack },
  codec: sharpCodec,
});

try {
  print('pack checked and loaded', ms(await timed(() => studio.packs.models())));
  await benchMemory(Number(values.memory));
  await benchStart();
  const synthesis = await benchDrawing();
  await benchPreviews('full', synthesis);
  await benchPreviews('small', synthesis);
  await synthesis.release();
} finally {
  await studio.close();
  await rm(folder, { recursive: true });
}

async function benchStart(): Promise<void> {
  const line = ['generate', PROMPT, '--library', path.join(folder, 'cold')];
  const named = values.pack === undefined ? line : [...line, '--pack', values.pack];
  const run = () => promisify(execFile)(process.execPath, [CLI, ...named]);
  print('command to first portrait', ms(await timed(run)));
  await benchWindow();
}

/** From the command to a portrait before the artist's eyes: host, page, pack, words, picture. */
async function benchWindow(): Promise<void> {
  if (!hasBrowser) return print('cold start to first portrait visible', 'no browser here');
  await buildIfStale();
  const browser = await launchBrowser();
  const named = values.pack === undefined ? [] : ['--pack', values.pack];
  const line = [
    'serve',
    '--port',
    '0',
    '--no-open',
    '--json',
    '--library',
    path.join(folder, 'window'),
  ];
  const startedAt = performance.now();
  const host = spawn(process.execPath, [CLI, ...line, ...named], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [announced] = await once(createInterface(host.stdout), 'line');
    const page = await openWindow(browser, JSON.parse(announced).url);
    await page.getByLabel('Describe a portrait').fill(PROMPT);
    const open = performance.now() - startedAt;
    await page.getByLabel('Describe a portrait').press('Enter');
    await page.locator('main figure img').waitFor();
    print('cold start to window ready', ms(open));
    print('cold start to first portrait visible', ms(performance.now() - startedAt));
  } finally {
    host.kill('SIGTERM');
    await Promise.all([browser.close(), once(host, 'exit')]);
  }
}

/**
 * The studio and the bare loops take turns, so that whatever else the machine does slows all alike.
 *
 * @returns the bare synthesis of one portrait
 */
async function benchDrawing(): Promise<BareLoop> {
  const ids = await generate(studio, count);
  const [one, many] = [await bareLoop(ids, 1), await bareLoop(ids, count)];
  const runs: EventLoopRun[] = [];
  const best = await fastest({
    whole: async () => {
      const watch = watchEventLoop();
      const time = await timed(() => generate(studio, count));
      runs.push(watch.end());
      return time;
    },
    ones: one.all,
    batch: many.all,
    onesSynthesis: one.synthesis,
    batchSynthesis: many.synthesis,
  });
  await printStages(ids);
  print(`${count} portraits, the whole`, ms(best.whole));
  const against = (bare: number) => `${ms(bare)}, ratio ${ratio(best.whole, bare)}`;
  print(`bare loop, ${count} a run`, against(best.batch));
  print('bare loop, 1 a run', against(best.ones));
  print(`bare synthesis, ${count} a run`, against(best.batchSynthesis));
  print('bare synthesis, 1 a run', against(best.onesSynthesis));
  printEventLoop(runs);
  await Promise.all([one.release(), many.release()]);
  return bareLoop(ids.slice(0, 1), 1);
}

/** Each run has a p99 of its own; the first, which warms up, does not count. */
function printEventLoop([, ...runs]: readonly EventLoopRun[]): void {
  const p99 = (pick: (run: EventLoopRun) => number[]) => {
    const each = runs.map((run) => percentile(pick(run), 99));
    return `median ${ms(percentile(each, 50))}, worst ${ms(Math.max(...each))}`;
  };
  print(
    'event-loop lag of the host, p99 of a run',
    p99(({ lags }) => lags),
  );
  print(
    'of which the host itself computes',
    p99(({ computing }) => computing),
  );
}

async function bareLoop(ids: readonly string[], batch: number): Promise<BareLoop> {
  const { library, service, packs } = studio;
  const portraits = await Promise.all(
    ids.map(async (id) => ({
      latents: library.reader.latents(id),
      picture: await sharpCodec.decode(await service.picture({ id })),
    })),
  );
  return createBareLoop((await packs.models()).pack, portraits, batch);
}

/** The best time of each after a round to warm up. */
async function fastest<K extends string>(
  measures: Record<K, () => Promise<number>>,
): Promise<Record<K, number>> {
  const best: Partial<Record<K, number>> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name in measures) {
      const time = await measures[name]();
      if (round > 0) best[name] = Math.min(time, best[name] ?? Infinity);
    }
  }
  return best as Record<K, number>;
}

async function printStages(ids: readonly string[]): Promise<void> {
  const rows = await Promise.all(ids.map((id) => studio.service.get({ id })));
  for (const stage of Object.keys(rows[0]?.timings ?? {})) {
    const times = rows.map(({ timings }) => timings[stage] ?? 0);
    print(`stage ${stage}, median`, ms(percentile(times, 50)));
  }
}

/**
 * A slider: `small` under a thumb that brings a new position with every frame of a 60 Hz screen, of
 * which the latest wins; `full` one after the other, as on rest. Between the frames the bare synthesis
 * takes its turns, so that whatever else the machine does slows both alike.
 */
async function benchPreviews(size: 'small' | 'full', bare: BareLoop): Promise<void> {
  const latencies: number[] = [];
  const syntheses: number[] = [];
  let bytes = 0;
  const show = async (position: number) => {
    const startedAt = performance.now();
    try {
      const { pixels } = await studio.service.preview({
        from: { kind: 'prompt', prompt: PROMPT, seed: 1 },
        to: { kind: 'prompt', prompt: 'an old man with a grey beard', seed: 1 },
        ...{ path: 'clip', settings: {}, channel: 'bench', position, size },
      });
      latencies.push(performance.now() - startedAt);
      bytes = pixels.length;
    } catch (thrown) {
      if (toStudioError(thrown).code !== 'superseded') throw thrown;
    }
  };
  await show(0.5);
  latencies.length = 0;
  for (let drag = 0; drag < DRAGS; drag++) {
    for (let frame = 1; frame <= FRAMES; frame++) {
      const shown = show(frame / (FRAMES + 1));
      await (size === 'full' ? shown : delay(1_000 / 60));
    }
    await show(1);
    for (let turn = 0; turn < TURNS; turn++) syntheses.push(await bare.synthesis());
  }
  const [p50, p95] = [percentile(latencies, 50), percentile(latencies, 95)];
  const synthesis = percentile(syntheses, 50);
  print(
    `slider, ${size}, p50 / p95`,
    `${ms(p50)} / ${ms(p95)}, ${ratio(p50, synthesis)} / ${ratio(p95, synthesis)} of one full synthesis (${ms(synthesis)})`,
  );
  print(
    `slider, ${size}`,
    `${latencies.length - DRAGS} of ${DRAGS * FRAMES} frames shown, ${bytes} bytes each`,
  );
}

/** In a program of its own: a browser's driver, a bundler and ONNX Runtime are no part of the host. */
async function benchMemory(portraits: number): Promise<void> {
  if (portraits === 0) return;
  const script = path.join(import.meta.dirname, 'memory.ts');
  const args = [script, String(portraits), ...(values.pack === undefined ? [] : [values.pack])];
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
}

async function generate({ service }: Studio, many: number): Promise<string[]> {
  const origin = { kind: 'prompt' as const, prompt: PROMPT };
  const { ids } = await service.generate({ origin, count: many, settings: { seed: 7 } });
  return ids;
}

interface EventLoopRun {
  /** How late timers fired, in milliseconds. */
  readonly lags: number[];
  /** How long this thread computed between two timers, without what others took of the processor. */
  readonly computing: number[];
}

function watchEventLoop(): { end: () => EventLoopRun } {
  const everyMs = 2;
  const run: EventLoopRun = { lags: [], computing: [] };
  let last = performance.now();
  let used = process.threadCpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(used);
    run.lags.push(Math.max(0, now - last - everyMs));
    run.computing.push((user + system) / 1_000);
    used = process.threadCpuUsage();
    last = now;
  }, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      return run;
    },
  };
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
