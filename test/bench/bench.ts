/**
 * How fast the studio is, and how much of that is ONNX Runtime itself:
 * `npm run bench -- [--pack NAME] [--count N] [--memory PORTRAITS]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio, type Studio } from '../../electron/engine/studio.ts';
import { type BareLoop, createBareLoop, timed } from './bare.ts';
import { PROMPT } from './prompt.ts';
import { ms, percentile, print, processorMs, ratio } from './report.ts';
import { benchSlider } from './slider.ts';

/** The fastest of so many runs counts: other programs only ever make a run slower. */
const ROUNDS = 10;

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    count: { type: 'string', default: '16' },
    memory: { type: 'string', default: '0' },
  },
});
const count = Number(values.count);
const named = values.pack === undefined ? [] : [values.pack];
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
const { packRoots, pack } = findLocations(path.resolve(import.meta.dirname, '../../native-models'));
const studio = await openStudio({
  ...{ library: path.join(folder, 'library'), packRoots, pack: values.pack ?? pack },
  codec: sharpCodec,
});

try {
  await benchLoading();
  if (values.memory !== '0') await runApart('memory.ts', values.memory, ...named);
  await runApart('start.ts', ...named);
  const synthesis = await benchDrawing();
  await benchSlider(studio, 'full', synthesis);
  await benchSlider(studio, 'small', synthesis);
  await synthesis.release();
} finally {
  await studio.close();
  await rm(folder, { recursive: true });
}

/** Of a library that is new, so that every check is made. */
async function benchLoading(): Promise<void> {
  const before = processorMs(process.pid);
  const time = await timed(() => studio.packs.models());
  const host = processorMs(process.pid) - before;
  const inference = processorMs(studio.inference.pid);
  const processors = `of processors ${ms(host)} in the host, ${ms(inference)} in inference`;
  print('pack checked and loaded', `${ms(time)}, ${processors}`);
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

/** In a program of its own: what one bench loads would weigh on another. */
async function runApart(script: string, ...args: string[]): Promise<void> {
  const line = [...process.execArgv, path.join(import.meta.dirname, script), ...args];
  await once(spawn(process.execPath, line, { stdio: 'inherit' }), 'exit');
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
