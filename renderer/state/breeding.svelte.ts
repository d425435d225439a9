import type { Breeding as BreedSettings } from '../../electron/contract/breed.ts';
import type { Origin } from '../../electron/contract/draw.ts';
import { type Edit, MAX_BLENDED } from '../../electron/contract/edit.ts';
import type { Layered } from '../../electron/contract/layers.ts';
import type { Lock } from '../../electron/contract/lock.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { isTaken, mixEdits, type Taken } from '../breed/mixing.ts';
import { evenWeights, moveBorder } from '../breed/weights.ts';
import { type EditedPortrait, previewEdited } from './edit-preview.svelte.ts';
import type { LivePreview } from './live-preview.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';

export const MAX_PARENTS = MAX_BLENDED;

/** Layers of one portrait in another, or children of several. */
export const MODES = ['mix', 'breed'] as const;
export type Mode = (typeof MODES)[number];

/** Two to four portraits, what is to be made of them, and how it would look. */
export class Breeding {
  #mode = $state<Mode>('mix');
  #parents = $state.raw<readonly string[]>([]);
  #weights = $state.raw<readonly number[]>([]);
  #settings = $state.raw<BreedSettings>({ how: 'cross', spread: 0.5 });
  #taken = $state.raw<Taken>({});
  #amount = $state(1);
  readonly #pack: () => Layered | null;
  /** How the mixture looks, or a child that has just the weights. */
  readonly preview: LivePreview<EditedPortrait>;

  constructor(service: StudioService, speed: FrameSpeed, pack: () => Layered | null) {
    this.#pack = pack;
    this.preview = previewEdited(service, speed, 'breeding');
  }

  get mode(): Mode {
    return this.#mode;
  }

  get parents(): readonly string[] {
    return this.#parents;
  }

  /** How much of each parent there is in its children; together 1. */
  get weights(): readonly number[] {
    return this.#weights;
  }

  get settings(): BreedSettings {
    return this.#settings;
  }

  /** Which bands the second portrait gives when two are mixed. */
  get taken(): Taken {
    const groups = this.#pack()?.layerGroups ?? [];
    return Object.fromEntries(groups.map(({ id }) => [id, isTaken(id, this.#taken, groups)]));
  }

  /** How much of these bands it gives. */
  get amount(): number {
    return this.#amount;
  }

  /** Begins with portraits; two of them are mixed, more are bred. */
  begin(parents: readonly string[]): void {
    this.#mode = parents.length > 2 ? 'breed' : this.#mode;
    this.preview.clear();
    this.#bring(parents.slice(0, MAX_PARENTS));
  }

  /** Begins as a child was bred. */
  beginAgain(
    parents: readonly string[],
    weights: readonly number[],
    settings: BreedSettings,
  ): void {
    this.begin(parents);
    this.#mode = 'breed';
    this.#weights = weights;
    this.#settings = settings;
    this.#draw(true);
  }

  setMode(mode: Mode): void {
    this.#mode = mode;
    this.#draw(true);
  }

  /** Puts a portrait in the place of B, or adds it to the parents while there is room. */
  add(id: string): void {
    const [a] = this.#parents;
    if (a === undefined || this.#parents.includes(id)) return;
    if (this.#mode === 'mix') this.#bring([a, id, ...this.#parents.slice(2)]);
    else if (this.#parents.length < MAX_PARENTS) this.#bring([...this.#parents, id]);
  }

  remove(id: string): void {
    if (this.#parents.length > 2) this.#bring(this.#parents.filter((parent) => parent !== id));
  }

  swap(): void {
    const [a, b, ...others] = this.#parents;
    if (a !== undefined && b !== undefined) this.#bring([b, a, ...others]);
  }

  moveBorder(index: number, by: number, settled: boolean): void {
    this.#weights = moveBorder(this.#weights, index, by);
    this.#draw(settled);
  }

  evenOut(): void {
    this.#weights = evenWeights(this.#parents.length);
    this.#draw(true);
  }

  setSettings(settings: Partial<BreedSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  take(groups: Taken): void {
    this.#taken = { ...this.#taken, ...groups };
    this.#draw(true);
  }

  setAmount(amount: number): void {
    this.#amount = amount;
    this.#draw(true);
  }

  /** What the portrait or the children are to be drawn from. */
  origin(locks: Lock[]): Origin {
    const [of = ''] = this.#parents;
    if (this.#mode === 'mix') return { kind: 'edit', of, edits: this.#edits() };
    return {
      kind: 'breed',
      parents: [...this.#parents],
      weights: [...this.#weights],
      ...this.#settings,
      locks,
    };
  }

  /** Stops what only serves the eye. */
  rest(): void {
    this.preview.stop();
  }

  #bring(parents: readonly string[]): void {
    if (parents.length !== this.#weights.length) this.#weights = evenWeights(parents.length);
    this.#parents = parents;
    this.#draw(true);
  }

  #edits(): Edit[] {
    const [, ...others] = this.#parents;
    const { layers, layerGroups } = this.#pack() ?? { layers: 1, layerGroups: [] };
    if (this.#mode === 'mix') {
      return mixEdits(this.taken, others[0] ?? '', this.#amount, layerGroups);
    }
    const parts = others.map((id, index) => ({ id, weight: this.#weights[index + 1] ?? 0 }));
    return [{ kind: 'blend', with: parts, layers: [0, layers - 1] }];
  }

  #draw(settled: boolean): void {
    const [of] = this.#parents;
    if (of === undefined || this.#parents.length < 2) return;
    this.preview.request({ of, edits: this.#edits() }, settled);
  }
}
