import { z } from 'zod';
import type { FrameSize } from '../../electron/contract/draw.ts';
import { SavedValues } from './saved-values.svelte.ts';

/** Above this, in ms, a full frame comes too late for the hand; below the other, soon enough again. */
const SLOW_MS = 160;
const QUICK_MS = 110;
/** Frames of which the one in the middle counts: some wait for a graph to be loaded, or for a path to be measured. */
const FRAMES = 7;

const speedSchema = z.object({
  /** The pack and the device that drew them. */
  of: z.string(),
  /** How long the latest full frames took, in ms. */
  times: z.array(z.number().nonnegative()).max(FRAMES),
  isSlow: z.boolean(),
});

/**
 * Whether this machine draws full frames as fast as a hand moves. The small preview of a pack is a model of its own,
 * which drops what is fine: it is for machines that do not keep up.
 */
export class FrameSpeed {
  readonly #saved = new SavedValues('frame-speed', speedSchema, () => ({
    ...{ of: '', times: [], isSlow: false },
  }));
  readonly #drawer: () => string;

  /** @param drawer names the pack and the device that draw now */
  constructor(drawer: () => string) {
    this.#drawer = drawer;
  }

  /** How frames are drawn while a hand moves. */
  get size(): FrameSize {
    return this.#now.isSlow ? 'small' : 'full';
  }

  /** A full frame came after so many ms. */
  note(ms: number): void {
    const times = [...this.#now.times, ms].slice(-FRAMES);
    // Of two, the quicker: the first is slow on every machine.
    const middle = times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0;
    const isSlow = this.#now.isSlow ? middle > QUICK_MS : middle > SLOW_MS;
    this.#saved.put({ of: this.#drawer(), times, isSlow });
  }

  get #now(): z.infer<typeof speedSchema> {
    const { now } = this.#saved;
    return now.of === this.#drawer() ? now : { ...now, times: [], isSlow: false };
  }
}
