import { z } from 'zod';
import type { DrawOverrides } from '../../electron/contract/draw.ts';
import {
  type Lock,
  lockNamed,
  lockNameSchema,
  namesOfLocks,
} from '../../electron/contract/lock.ts';
import {
  gapSchema,
  seedSchema,
  temperatureSchema,
  truncationSchema,
  varietySchema,
  DEFAULT_VARIETY,
  type DrawSettings,
  type Gap,
} from '../../electron/contract/settings.ts';
import { DEFAULT_STRENGTH } from '../../electron/contract/draw.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { SavedValues } from './saved-values.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

/** How many portraits may be drawn for each that is kept. */
export const BEST_OF = [1, 2, 4, 8] as const;
export type BestOf = (typeof BEST_OF)[number];

const valuesSchema = z.object({
  /** Null is the pack's default, whatever pack comes next. */
  truncation: truncationSchema.nullable(),
  temperature: temperatureSchema.nullable(),
  gap: gapSchema.nullable(),
  variety: varietySchema.nullable().default(null),
  /** Null is the generator's own noise. */
  noiseSeed: seedSchema.nullable().default(null),
  strength: z.number().min(0).max(1),
  /** How many are drawn for each that is kept. */
  bestOf: z.literal(BEST_OF).default(1),
  locks: z.array(lockNameSchema).default([]),
  seed: seedSchema,
  seedLocked: z.boolean(),
});
export type SettingValues = z.infer<typeof valuesSchema>;

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

const DEFAULTS = {
  ...{ truncation: null, temperature: null, gap: null, variety: null, noiseSeed: null },
  ...{ strength: DEFAULT_STRENGTH, bestOf: 1, locks: [], seedLocked: false },
} satisfies Omit<SettingValues, 'seed'>;

/** What shapes the next portraits. Every change can be undone; every field has a way back. */
export class Settings {
  readonly #saved = new SavedValues<SettingValues>('settings', valuesSchema, () => ({
    ...DEFAULTS,
    seed: randomSeed(),
  }));
  readonly #undo: UndoStack;
  readonly #pack: () => PackInfo | null;

  constructor(undo: UndoStack, pack: () => PackInfo | null) {
    this.#undo = undo;
    this.#pack = pack;
  }

  get defaults(): PackInfo['defaults'] {
    const none = { truncation: 1, temperature: 1, gap: 'none', variety: DEFAULT_VARIETY } as const;
    return this.#pack()?.defaults ?? none;
  }

  get truncation(): number {
    return this.values.truncation ?? this.defaults.truncation;
  }

  get temperature(): number {
    return this.values.temperature ?? this.defaults.temperature;
  }

  get gap(): Gap {
    return this.#ownGap ?? this.defaults.gap;
  }

  /** Means something with the gap remedy `neighbours` alone. */
  get variety(): number {
    return this.values.variety ?? this.defaults.variety;
  }

  get hasVariety(): boolean {
    return this.gap === 'neighbours';
  }

  /** Null is the generator's own noise. */
  get noiseSeed(): number | null {
    return this.values.noiseSeed;
  }

  get hasNoise(): boolean {
    return this.#pack()?.noise ?? false;
  }

  get strength(): number {
    return this.values.strength;
  }

  get bestOf(): BestOf {
    return this.values.bestOf;
  }

  /** What of a portrait stays when others are made of it, by name. */
  get lockNames(): string[] {
    return this.values.locks;
  }

  /** The same as far as the pack can lock it. */
  get locks(): Lock[] {
    const pack = this.#pack();
    return pack ? this.lockNames.flatMap((name) => lockNamed(name, pack) ?? []) : [];
  }

  /** What a portrait was made with, by name. */
  namesOf(locks: readonly Lock[]): string[] {
    const pack = this.#pack();
    return pack ? namesOfLocks(locks, pack) : [];
  }

  get seed(): number {
    return this.values.seed;
  }

  get seedLocked(): boolean {
    return this.values.seedLocked;
  }

  get isDefault(): boolean {
    return Object.entries(DEFAULTS).every(
      ([name, value]) =>
        JSON.stringify(value) === JSON.stringify(this.values[name as keyof typeof DEFAULTS]),
    );
  }

  /** Every setting by its value, so that nothing is left to be inherited from elsewhere. */
  get explicit(): DrawOverrides {
    if (!this.#pack()) return this.overrides;
    const { truncation, temperature, gap, variety } = this;
    return {
      ...{ truncation, temperature, gap },
      ...(this.hasVariety && { variety }),
      ...(this.hasNoise && { noiseSeed: this.noiseSeed }),
    };
  }

  /** Only what the artist has set; the engine fills in a parent's settings or the pack's defaults. */
  get overrides(): Partial<DrawSettings> {
    const { truncation, temperature, variety } = this.values;
    const gap = this.#ownGap;
    return {
      ...(truncation !== null && { truncation }),
      ...(temperature !== null && { temperature }),
      ...(gap !== null && { gap }),
      ...(variety !== null && this.hasVariety && { variety }),
      ...this.#noise,
    };
  }

  /** What the artist chose, unless the pack has no such remedy. */
  get #ownGap(): Gap | null {
    const { gap } = this.values;
    const pack = this.#pack();
    return gap !== null && pack && !pack.gaps.includes(gap) ? null : gap;
  }

  /** Of a generator that takes none, none is asked for: it would refuse. */
  get #noise(): Partial<DrawSettings> {
    const { noiseSeed } = this.values;
    return noiseSeed !== null && this.hasNoise ? { noiseSeed } : {};
  }

  /** All of them, for an undo or a restore that changes several fields at once. */
  get values(): SettingValues {
    return this.#saved.now;
  }

  /** Puts values in place without recording an undo. */
  apply(values: Partial<SettingValues>): void {
    this.#saved.put(values);
  }

  /** Changes fields as one step of the history; a drag of one field is one step altogether. */
  set(values: Partial<SettingValues>): void {
    const before = this.values;
    this.#undo.replace({
      label: strings.undo.settings,
      merge: `settings/${Object.keys(values).join()}`,
      from: before,
      to: { ...before, ...values },
      put: (to) => this.apply(to),
    });
  }

  resetAll(): void {
    this.set(DEFAULTS);
  }

  roll(): void {
    this.set({ seed: randomSeed() });
  }

  /** A new seed before a draw, unless the artist has locked this one. Not a step: it is no decision. */
  rollUnlessLocked(): void {
    if (!this.seedLocked) this.apply({ seed: randomSeed() });
  }
}
