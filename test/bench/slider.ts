/** How long a frame of a slider takes, against the bare synthesis of one portrait at the same time. */
import { setTimeout as delay } from 'node:timers/promises';
import { toStudioError } from '../../electron/contract/errors.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import type { BareLoop } from './bare.ts';
import { PROMPT } from './prompt.ts';
import { ms, percentile, print, ratio } from './report.ts';

/** A slider is dragged so often, a quarter of a second each time. */
const DRAGS = 40;
const FRAMES = 15;
/** Bare syntheses before the first drag and after each. */
const TURNS = 3;

/** From 0 to 1, a portrait turns into another. */
const WAY = {
  from: { kind: 'prompt' as const, prompt: PROMPT, seed: 1 },
  to: { kind: 'prompt' as const, prompt: 'an old man with a grey beard', seed: 1 },
  ...{ path: 'clip' as const, settings: {}, channel: 'bench' },
};

/** Frames of one drag in milliseconds, and the bare syntheses right before and after it. */
interface Drag {
  readonly frames: number[];
  readonly syntheses: number[];
}

/**
 * A slider: `small` under a thumb that brings a new position with every frame of a 60 Hz screen, of
 * which the latest wins; `full` one after the other, as on rest. A shared machine is for seconds half as fast
 * again, so each drag is held against the bare syntheses around it.
 */
export async function benchSlider(
  { service }: Studio,
  size: 'small' | 'full',
  bare: BareLoop,
): Promise<void> {
  let bytes = 0;
  const show = async (position: number, frames: number[]): Promise<void> => {
    const startedAt = performance.now();
    try {
      const { pixels } = await service.preview({
        ...WAY,
        position,
        size,
        moving: size === 'small',
      });
      bytes = pixels.length;
      frames.push(performance.now() - startedAt);
    } catch (thrown) {
      if (toStudioError(thrown).code !== 'superseded') throw thrown;
    }
  };
  const synthesise = async () => {
    const times: number[] = [];
    while (times.length < TURNS) times.push(await bare.synthesis());
    return times;
  };
  const drags: Drag[] = [];
  await show(0.5, []);
  let before = await synthesise();
  for (let i = 0; i < DRAGS; i++) {
    const frames: number[] = [];
    for (let frame = 1; frame <= FRAMES; frame++) {
      const shown = show(frame / (FRAMES + 1), frames);
      await (size === 'full' ? shown : delay(1_000 / 60));
    }
    await show(1, frames);
    const after = await synthesise();
    drags.push({ frames, syntheses: [...before, ...after] });
    before = after;
  }
  report(size, drags);
  print(`slider, ${size}, a frame`, `${bytes} bytes`);
}

function report(size: string, drags: readonly Drag[]): void {
  const frames = drags.flatMap((drag) => drag.frames);
  const ratios = drags.flatMap((drag) => {
    const synthesis = percentile(drag.syntheses, 50);
    return drag.frames.map((frame) => frame / synthesis);
  });
  const of = (values: readonly number[], unit: (value: number) => string) =>
    [50, 95].map((percent) => unit(percentile(values, percent))).join(' / ');
  print(
    `slider, ${size}, p50 / p95`,
    `${of(frames, ms)}, ${of(ratios, (value) => ratio(value, 1))} of one full synthesis`,
  );
  print(`slider, ${size}`, `${frames.length} of ${DRAGS * (FRAMES + 1)} frames shown`);
}
