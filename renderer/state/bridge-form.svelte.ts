import {
  type BridgeRequest,
  DEFAULT_PAIRS,
  MAX_PAIRS,
  MAX_TEST_PROMPTS,
  MIN_PAIRS,
} from '../../electron/contract/bridge.ts';
import { MAX_PROMPT_LENGTH } from '../../electron/contract/settings.ts';
import { strings } from '../strings.ts';
import type { Learnable, Models } from './models.svelte.ts';

/** Longest name, and longest "what its pictures show". */
export const MAX_PHRASE = 200;

/** What the next bridge is to be learnt from. It stays as it is while the artist is in other places. */
export class BridgeForm {
  readonly #models: Models;
  #isOpen = $state(false);
  #clip = $state<string | null>(null);
  #generator = $state<string | null>(null);
  pairs = $state(DEFAULT_PAIRS);
  about = $state('');
  /** Id of a CLIP; empty for none. */
  judge = $state('');
  title = $state('');
  /** One a line. */
  prompts = $state(strings.bridges.somePrompts.join('\n'));

  constructor(models: Models) {
    this.#models = models;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Filled in as it was before. */
  openWith({ clip, generator, pairs, about = '', judge = '', prompts }: BridgeRequest): void {
    this.#clip = clip;
    this.#generator = generator;
    this.pairs = pairs;
    this.about = about;
    this.judge = judge;
    this.title = '';
    this.prompts = prompts.join('\n');
    this.open();
  }

  close(): void {
    this.#isOpen = false;
  }

  get clips(): readonly Learnable[] {
    return this.#models.learnable('clip');
  }

  get generators(): readonly Learnable[] {
    return this.#models.learnable('generator');
  }

  /** The one that was chosen; by default the first, which is one that was imported where there is one. */
  get clip(): Learnable | undefined {
    return this.clips.find(({ id }) => id === this.#clip) ?? this.clips[0];
  }

  get generator(): Learnable | undefined {
    return this.generators.find(({ id }) => id === this.#generator) ?? this.generators[0];
  }

  /** Other CLIPs than the one that is chosen: whoever chooses cannot judge. */
  get judges(): readonly Learnable[] {
    return this.clips.filter(({ id }) => id !== this.clip?.id);
  }

  chooseClip(id: string): void {
    this.#clip = id;
  }

  chooseGenerator(id: string): void {
    this.#generator = id;
  }

  get arePairsPossible(): boolean {
    return Number.isInteger(this.pairs) && this.pairs >= MIN_PAIRS && this.pairs <= MAX_PAIRS;
  }

  /** The first of the test prompts, as many as there may be. */
  get testPrompts(): string[] {
    const lines = this.prompts.split('\n').map((line) => line.trim().slice(0, MAX_PROMPT_LENGTH));
    const different = lines.filter((line, i) => line !== '' && lines.indexOf(line) === i);
    return different.slice(0, MAX_TEST_PROMPTS);
  }

  /** What the engine is asked for; null while something is missing. */
  get request(): BridgeRequest | null {
    const { clip, generator, pairs } = this;
    if (!clip || !generator || !this.arePairsPossible) return null;
    const [about, title] = [this.about.trim(), this.title.trim()];
    const judge = this.judges.find(({ id }) => id === this.judge);
    return {
      ...{ clip: clip.id, generator: generator.id, pairs, prompts: this.testPrompts },
      ...(about !== '' && { about }),
      ...(title !== '' && { title }),
      ...(judge && { judge: judge.id }),
    };
  }
}
