import type { Breeding as Manner } from '../../electron/contract/breed.ts';
import type { EditPreviewRequest, Frame, Origin } from '../../electron/contract/draw.ts';
import { type Edit, MAX_BLENDED } from '../../electron/contract/edit.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { Layered } from '../../electron/contract/layers.ts';
import type { Lock } from '../../electron/contract/lock.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { isTaken, mixEdits, type Taken } from '../breed/mixing.ts';
import { evenShares, moveBorder } from '../breed/shares.ts';
import { LatestLoop } from './latest.ts';

export const MAX_PARENTS = MAX_BLENDED;

/** Layers of one portrait in another, or children of several. */
export const MODES = ['mix', 'breed'] as const;
export type Mode = (typeof MODES)[number];

/** Two to four portraits, what is to be made of them, and how it would look. */
export class Breeding {
  #mode = $state<Mode>('mix');
  #parents = $state.raw<readonly string[]>([]);
  #shares = $state.raw<readonly number[]>([]);
  #manner = $state.raw<Manner>({ how: 'cross', spread: 0.5 });
  #taken = $state.raw<Taken>({});
  #amount = $state(1);
  #frame = $state.raw<Frame | null>(null);
  #error = $state.raw<StudioError | null>(null);
  readonly #service: StudioService;
  readonly #pack: () => Layered | null;
  readonly #loop: LatestLoop<readonly Edit[], Frame>;
  readonly #channel = `breeding/${crypto.randomUUID()}`;

  constructor(service: StudioService, pack: () => Layered | null) {
    this.#service = service;
    this.#pack = pack;
    this.#loop = new LatestLoop({
      render: (edits, settled, signal) => this.#render(edits, settled, signal),
      deliver: (frame) => {
        this.#frame = frame;
        this.#error = null;
      },
      fail: (error) => {
        const failure = toStudioError(error);
        if (failure.code !== 'cancelled' && failure.code !== 'superseded') this.#error = failure;
      },
    });
  }

  get mode(): Mode {
    return this.#mode;
  }

  get parents(): readonly string[] {
    return this.#parents;
  }

  /** How much of each parent there is in its children; together 1. */
  get shares(): readonly number[] {
    return this.#shares;
  }

  get manner(): Manner {
    return this.#manner;
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

  /** How the mixture looks, or a child that has just the weights; null while it is being drawn. */
  get frame(): Frame | null {
    return this.#frame;
  }

  get error(): StudioError | null {
    return this.#error;
  }

  /** Begins with portraits; two of them are mixed, more are bred. */
  begin(parents: readonly string[]): void {
    this.#mode = parents.length > 2 ? 'breed' : this.#mode;
    this.#frame = null;
    this.#error = null;
    this.#bring(parents.slice(0, MAX_PARENTS));
  }

  /** Begins as a child was bred. */
  beginAgain(parents: readonly string[], shares: readonly number[], manner: Manner): void {
    this.begin(parents);
    this.#mode = 'breed';
    this.#shares = shares;
    this.#manner = manner;
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
    this.#shares = moveBorder(this.#shares, index, by);
    this.#draw(settled);
  }

  evenOut(): void {
    this.#shares = evenShares(this.#parents.length);
    this.#draw(true);
  }

  setManner(manner: Partial<Manner>): void {
    this.#manner = { ...this.#manner, ...manner };
  }

  take(bands: Taken): void {
    this.#taken = { ...this.#taken, ...bands };
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
      weights: [...this.#shares],
      ...this.#manner,
      locks,
    };
  }

  /** Stops what only serves the eye. */
  rest(): void {
    this.#loop.stop();
  }

  #bring(parents: readonly string[]): void {
    if (parents.length !== this.#shares.length) this.#shares = evenShares(parents.length);
    this.#parents = parents;
    this.#draw(true);
  }

  #edits(): Edit[] {
    const [, ...others] = this.#parents;
    const { layers, layerGroups } = this.#pack() ?? { layers: 1, layerGroups: [] };
    if (this.#mode === 'mix') {
      return mixEdits(this.taken, others[0] ?? '', this.#amount, layerGroups);
    }
    const parts = others.map((id, index) => ({ id, weight: this.#shares[index + 1] ?? 0 }));
    return [{ kind: 'blend', with: parts, layers: [0, layers - 1] }];
  }

  #draw(settled: boolean): void {
    if (this.#parents.length >= 2) this.#loop.request(this.#edits(), settled);
  }

  #render(edits: readonly Edit[], settled: boolean, signal: AbortSignal): Promise<Frame> {
    const [of = ''] = this.#parents;
    const request: EditPreviewRequest = {
      ...{ channel: this.#channel, of, edits: [...edits], size: settled ? 'full' : 'small' },
    };
    return this.#service.previewEdit(request, { signal });
  }
}
