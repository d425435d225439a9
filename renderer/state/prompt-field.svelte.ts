import { z } from 'zod';
import type { DrawOverrides, Origin } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import { generationIdSchema, referenceIdSchema } from '../../electron/contract/generation.ts';
import { expandPrompt, readPrompt } from '../../electron/contract/prompt-markup.ts';
import { strings } from '../strings.ts';
import { inStyle } from './phrasing.ts';
import { PromptHistory } from './prompt-history.ts';
import type { Settings } from './settings.svelte.ts';
import { isTooLong } from './slot.ts';
import type { UndoStack } from './undo.svelte.ts';

/** Most portraits the window asks for at once. */
export const MAX_PORTRAITS = 16;
const DEFAULT_COUNT = 4;

/** What the next portraits start from besides the words. */
const baseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), reference: referenceIdSchema }),
  z.object({ kind: z.literal('variation'), of: generationIdSchema }),
  z.object({ kind: z.literal('reword'), of: generationIdSchema }),
]);
export type Base = z.infer<typeof baseSchema>;

export const promptFieldSchema = z.object({
  prompt: z.string(),
  /** What is not to be seen. */
  without: z.string().default(''),
  /** What leads to the style that is kept; empty for any. */
  style: z.string().default(''),
  count: z.int().min(1).max(MAX_PORTRAITS),
  base: baseSchema.nullable(),
});
export type PromptFieldValues = z.infer<typeof promptFieldSchema>;

/** How words are read: the words of each prompt that they make, or why they cannot be read. */
export interface FieldReading {
  readonly texts: readonly string[];
  readonly error: StudioError | null;
}

function readField(prompt: string): FieldReading {
  try {
    return { texts: expandPrompt(prompt).map((one) => readPrompt(one).text), error: null };
  } catch (thrown) {
    if (!(thrown instanceof StudioError)) throw thrown;
    return { texts: [], error: thrown };
  }
}

/** What the next portraits are asked for with: words, a base, and how many. */
export class PromptField {
  #prompt = $state('');
  #without = $state('');
  #style = $state('');
  #count = $state(DEFAULT_COUNT);
  #base = $state.raw<Base | null>(null);
  readonly #reading = $derived.by(() => readField(this.#prompt));
  readonly history = new PromptHistory();
  readonly #undo: UndoStack;
  readonly #onChange: () => void;

  constructor(undo: UndoStack, onChange: () => void) {
    this.#undo = undo;
    this.#onChange = onChange;
  }

  get prompt(): string {
    return this.#prompt;
  }

  /** What is not to be seen, with commas between. */
  get without(): string {
    return this.#without;
  }

  /** The words that lead to the style that every run keeps; empty for any. */
  get style(): string {
    return this.#style;
  }

  get count(): number {
    return this.#count;
  }

  get base(): Base | null {
    return this.#base;
  }

  get values(): PromptFieldValues {
    return {
      prompt: this.#prompt,
      without: this.#without,
      style: this.#style,
      count: this.#count,
      base: this.#base,
    };
  }

  /** No words, not even blanks in between. */
  get isEmpty(): boolean {
    return this.#prompt.trim() === '';
  }

  /** How the words are read: what each of their prompts says, or what is wrong with them. */
  get reading(): FieldReading {
    return this.#reading;
  }

  /** Whether its words are drawn: around a portrait they are that portrait's. */
  get hasOwnWords(): boolean {
    return this.#base?.kind !== 'variation';
  }

  /** The words that are drawn, with those of the style. */
  get drawn(): string {
    return inStyle(this.#prompt.trim(), this.#style);
  }

  /** How the words of a request are read, and what it is to be without. */
  get wording(): Pick<DrawOverrides, 'markup' | 'without'> {
    return this.hasOwnWords ? this.ownWording : {};
  }

  /** The same for a request whose words are its own, whatever the field starts from. */
  get ownWording(): Required<Pick<DrawOverrides, 'markup' | 'without'>> {
    return { markup: true, without: this.#without.trim() };
  }

  /** Whether the words can be drawn as they stand; what is wrong with them stands below them. */
  get isReadable(): boolean {
    if (isTooLong(this.drawn) || isTooLong(this.#without)) return false;
    return !this.hasOwnWords || this.#reading.error === null;
  }

  /** There is enough to draw from. */
  get isReady(): boolean {
    if (!this.isReadable) return false;
    return !this.isEmpty || (this.#base !== null && this.#base.kind !== 'reword');
  }

  setPrompt(prompt: string, merge = 'prompt'): void {
    if (prompt === this.#prompt) return;
    this.#undo.replace({
      ...{ label: strings.undo.prompt, merge, from: this.#prompt, to: prompt },
      put: (to) => this.put({ prompt: to }),
    });
  }

  setWithout(without: string): void {
    if (without === this.#without) return;
    this.#undo.replace({
      ...{ label: strings.undo.without, merge: 'without', from: this.#without, to: without },
      put: (to) => this.put({ without: to }),
    });
  }

  setStyle(style: string): void {
    if (style === this.#style) return;
    this.#undo.replace({
      ...{ label: strings.undo.style, from: this.#style, to: style },
      put: (to) => this.put({ style: to }),
    });
  }

  setCount(count: number): void {
    this.put({ count });
  }

  setBase(base: Base | null): void {
    this.#undo.replace({
      ...{ label: strings.undo.base, from: this.#base, to: base },
      put: (to) => this.put({ base: to }),
    });
  }

  /** Takes words that were drawn with, and the style of them, as one step. */
  take(words: { readonly prompt: string; readonly style?: string }): void {
    const { prompt, style } = this.values;
    this.#undo.replace<Partial<PromptFieldValues>>({
      ...{ label: strings.undo.prompt, from: { prompt, style }, to: words },
      put: (to) => this.put(to),
    });
  }

  /** Empties the field for words that are asked for something, as one step. */
  begin(base: Base): void {
    const { prompt, base: before } = this.values;
    this.#undo.replace<Pick<PromptFieldValues, 'prompt' | 'base'>>({
      ...{ label: strings.undo.base, from: { prompt, base: before }, to: { prompt: '', base } },
      put: (to) => this.put(to),
    });
  }

  /** Sets the field without a step of the history, as part of another one. */
  put(values: Partial<PromptFieldValues>): void {
    ({
      prompt: this.#prompt,
      without: this.#without,
      style: this.#style,
      count: this.#count,
      base: this.#base,
    } = { ...this.values, ...values });
    this.#onChange();
  }

  /** What it asks for; a variation stays as near, and keeps what is locked, as the settings say. */
  origin({ strength, locks }: Pick<Settings, 'strength' | 'locks'>, base = this.#base): Origin {
    const prompt = this.drawn;
    if (base === null) return { kind: 'prompt', prompt };
    switch (base.kind) {
      case 'image':
        return { kind: 'image', reference: base.reference, ...(prompt !== '' && { prompt }) };
      case 'variation':
        return { kind: 'variation', of: base.of, strength, locks };
      case 'reword':
        return { kind: 'reword', of: base.of, prompt, locks };
    }
  }
}
