import { z } from 'zod';
import { generationIdSchema } from '../../electron/contract/generation.ts';
import { load, save } from './saved.ts';

/** What has been done to one portrait and not been kept yet. */
const adjustmentSchema = z.object({
  /** By the key of a slider; those at 0 are left out. */
  amounts: z.record(z.string(), z.number()),
  /** The plane between portraits: the others at its corners, and where the thumb is. */
  corners: z.array(generationIdSchema),
  at: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }),
});
export type Adjustment = z.infer<typeof adjustmentSchema>;

/** Adjustments by their portrait, the one moved last at the end. */
export type AdjustmentsOf = Readonly<Record<string, Adjustment>>;

export const NOTHING_DONE: Adjustment = { amounts: {}, corners: [], at: { x: 0, y: 0 } };

/** Under which they are saved; older than their name. */
const KEY = 'touches';
/** Portraits whose sliders are remembered, those moved last. */
const MOST_SAVED = 50;
/** How long the hand must rest before they are saved. */
const SAVE_DELAY_MS = 180;

/** Where sliders stand outlives the window. */
export class Adjustments {
  #all = $state.raw<AdjustmentsOf>(load(KEY, z.record(generationIdSchema, adjustmentSchema)) ?? {});
  #saving: ReturnType<typeof setTimeout> | undefined;

  get all(): AdjustmentsOf {
    return this.#all;
  }

  /** Keys of the sliders that something is done with, whatever portrait to. */
  get usedSliders(): string[] {
    return Object.values(this.#all).flatMap(({ amounts }) => Object.keys(amounts));
  }

  to(portrait: string | null): Adjustment {
    return (portrait !== null && this.#all[portrait]) || NOTHING_DONE;
  }

  adjust(portrait: string, change: Partial<Adjustment>): void {
    const { [portrait]: before = NOTHING_DONE, ...others } = this.#all;
    this.put({ ...others, [portrait]: { ...before, ...change } });
  }

  /** Moves sliders of a portrait; those at 0 are let go of. */
  setAmounts(portrait: string, changed: Readonly<Record<string, number>>): void {
    const amounts = Object.entries({ ...this.to(portrait).amounts, ...changed });
    this.adjust(portrait, {
      amounts: Object.fromEntries(amounts.filter(([, amount]) => amount !== 0)),
    });
  }

  put(all: AdjustmentsOf): void {
    this.#all = all;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      save(KEY, Object.fromEntries(Object.entries(this.#all).slice(-MOST_SAVED)));
    }, SAVE_DELAY_MS);
  }
}
