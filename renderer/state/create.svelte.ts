import { z } from 'zod';
import {
  type DrawOverrides,
  type GenerateEvent,
  type GenerateRequest,
  MAX_COUNT,
  type Origin,
} from '../../electron/contract/draw.ts';
import { StudioError, toStudioError } from '../../electron/contract/errors.ts';
import type { KeepCellsRequest } from '../../electron/contract/grid.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import { countPrompts } from '../../electron/contract/prompt-markup.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import {
  type BrokenOff,
  DrawQueue,
  type DrawRun,
  type DrawTask,
  drawTaskSchema,
  type Turn,
} from './draw-queue.svelte.ts';
import { Easel, easelSchema } from './easel.svelte.ts';
import type { Library } from './library.svelte.ts';
import { PromptField, promptFieldSchema } from './prompt-field.svelte.ts';
import { load, save } from './saved.ts';
import type { Settings } from './settings.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

/** Prompts of earlier days that the field can walk back to. */
const HISTORY = 200;

/** Origins that say all of a portrait, of which there is one. */
const ONE_ONLY: readonly Origin['kind'][] = ['reword', 'edit', 'carry-over'];

const savedSchema = promptFieldSchema.extend(easelSchema.shape);

/** What is kept of the queue, for the window that comes after a reload. */
const brokenOffSchema = z.array(drawTaskSchema.extend({ done: z.int().nonnegative() }));

/** Draws what the field says, and puts it on the easel as it comes. */
export class Create {
  #error = $state.raw<StudioError | null>(null);
  readonly #service: StudioService;
  readonly #library: Library;
  readonly #settings: Settings;
  readonly field: PromptField;
  readonly easel: Easel;
  readonly queue = new DrawQueue((runs) => save('queue', runs, sessionStorage));
  /** What was drawn, and what waited, when this window was loaded anew. */
  readonly #brokenOff = load('queue', brokenOffSchema, sessionStorage) ?? [];

  /** @param isAtEasel whether the artist is where the easel is */
  constructor(
    service: StudioService,
    library: Library,
    settings: Settings,
    undo: UndoStack,
    isAtEasel: () => boolean,
  ) {
    this.#service = service;
    this.#library = library;
    this.#settings = settings;
    this.field = new PromptField(undo, () => this.#followField());
    this.easel = new Easel(library, undo, isAtEasel, () => this.#save());
  }

  /** What is being drawn, or null. */
  get run(): DrawRun | null {
    return this.queue.current;
  }

  /** Why the last run ended early, until more is asked for. */
  get error(): StudioError | null {
    return this.#error;
  }

  dismissError(): void {
    this.#error = null;
  }

  /**
   * Brings back what was on the easel, as far as it is still in the library. An artist who has begun
   * meanwhile keeps what they began.
   */
  async resume(): Promise<void> {
    const saved = load('create', savedSchema);
    const { candidates = [], current = this.#library.head[0] ?? null } = saved ?? {};
    if (saved && this.field.prompt === '') {
      const { prompt, without, style, count, base } = saved;
      this.field.put({ prompt, without, style, count, base });
    }
    await Promise.all([
      this.readPrompts(),
      this.#library.fetch([...candidates, current].filter((id) => id !== null)),
    ]);
    if (!this.run && this.easel.content.current === null) this.easel.resume(candidates, current);
  }

  /**
   * Takes in what broke off when this window was loaded anew. It goes on when the artist says so.
   *
   * @returns how far it was; null where there was nothing
   */
  resumeQueue(): Pick<BrokenOff, 'done' | 'count'> | null {
    const runs = this.#brokenOff;
    if (runs.length === 0) return null;
    this.#restore(runs);
    const sum = (of: 'done' | 'count') => runs.reduce((all, run) => all + run[of], 0);
    return { done: sum('done'), count: sum('count') };
  }

  /** Reads which prompts were used, in whichever window. */
  async readPrompts(): Promise<void> {
    this.field.history.resume(await this.#service.prompts({ limit: HISTORY }));
  }

  /** How many portraits are drawn of what the field says, those included of which the best are kept. */
  get wanted(): number {
    const { field } = this;
    return field.isReadable ? this.#sizeOf(field.origin(this.#settings), field.wording).count : 0;
  }

  /** There is enough to draw from, and no more than one run can hold. */
  get canDraw(): boolean {
    return this.field.isReady && this.wanted <= MAX_COUNT;
  }

  /** Draws what the field says when its turn comes. What is wrong with the field is told. */
  async generate(): Promise<void> {
    const { field } = this;
    if (!this.canDraw) {
      // What is wrong with words that are too long, or too many, stands below them already.
      if (field.isEmpty) this.#error = new StudioError('prompt-empty', strings.create.needsWords);
      return;
    }
    if (!field.isEmpty) field.history.add(field.prompt.trim());
    this.#settings.rollUnlessLocked();
    const settings = { ...this.#settings.explicit, ...field.wording };
    await this.#draw(field.origin(this.#settings), settings);
  }

  /** Draws from a picture, with the words of the field, whatever else it starts from. */
  async drawFrom(reference: string): Promise<void> {
    const { field } = this;
    this.#settings.rollUnlessLocked();
    const base = { kind: 'image', reference } as const;
    const settings = { ...this.#settings.explicit, ...field.ownWording };
    await this.#draw(field.origin(this.#settings, base), settings);
  }

  /** Draws around the portrait on the easel, leaving the field as it is. */
  async moreLikeThis(): Promise<void> {
    const { current } = this.easel.content;
    if (current === null) return;
    this.#settings.rollUnlessLocked();
    const { strength, locks, overrides } = this.#settings;
    await this.#draw({ kind: 'variation', of: current, strength, locks }, overrides);
  }

  /** Makes a portrait again, with what is to be changed. */
  async replay(id: string, change: Change): Promise<void> {
    const { prompt } = change;
    // New words are read as those of the field are.
    const asked = prompt === undefined ? change : { ...change, markup: true };
    await this.#add({
      kind: strings.queue.kinds.replay,
      words: prompt ?? this.#promptOf(id),
      ...{ count: 1, places: 1 },
      asked: { method: 'replay', request: { id, change: asked } },
    });
  }

  /** Draws a portrait of another pack or edition with the pack in use. */
  async carryOver(of: string): Promise<void> {
    await this.#draw({ kind: 'carry-over', of }, {});
  }

  /**
   * Draws a mixture, or children as candidates.
   *
   * @param count by default as many as the field says
   * @returns the ids of those that were drawn
   */
  async breed(origin: Origin, count = this.field.count): Promise<string[]> {
    this.#settings.rollUnlessLocked();
    return this.#draw(origin, {}, count);
  }

  /** Keeps cells of a grid when its turn comes; what it kept comes into the library and not onto the easel. */
  async keepCells(request: KeepCellsRequest): Promise<{ ids: string[] }> {
    let ids: string[] = [];
    let failure: StudioError | null = null;
    const task: DrawTask = {
      kind: strings.queue.kinds.grid,
      words: request.grid.cell.prompt ?? '',
      ...{ count: request.cells.length, places: 0 },
      asked: { method: 'keepCells', request },
    };
    await this.queue.add(task, async (turn) => {
      failure = await failureOf(async () => {
        ({ ids } = await this.#keepCells(request, turn));
      });
      return failure === null;
    });
    if (failure) throw failure;
    return { ids };
  }

  /** Puts words into the field that nobody thought of. */
  surprise(words: string): void {
    this.field.setBase(null);
    this.field.setPrompt(words, 'surprise');
  }

  /**
   * Stops what is being drawn; what waits comes next.
   *
   * @returns what can go on where it was; null where nothing was being drawn
   */
  cancel(): BrokenOff | null {
    const { run } = this;
    if (run) this.queue.cancel(run.id);
    return run;
  }

  /** Goes on with what was stopped, after what waits. */
  goOn(run: BrokenOff): void {
    this.#restore([run]);
    this.queue.resume();
  }

  /** Takes what broke off into the queue again: what has been drawn of it is not drawn twice. */
  #restore(runs: readonly BrokenOff[]): void {
    this.queue.restore(runs, (run, turn) => this.#perform({ ...run, asked: resumed(run) }, turn));
  }

  #followField(): void {
    // Words that have come are not missing any more.
    if (this.#error?.code === 'prompt-empty' && !this.field.isEmpty) this.#error = null;
    this.#save();
  }

  async #draw(
    origin: Origin,
    settings: DrawOverrides,
    wanted = this.field.count,
  ): Promise<string[]> {
    const { each, bestOf, ...size } = this.#sizeOf(origin, settings, wanted);
    const request: GenerateRequest = {
      origin,
      count: each,
      ...(bestOf !== undefined && { bestOf }),
      settings: { ...settings, seed: this.#settings.seed },
    };
    return this.#add({
      kind: strings.queue.kinds[origin.kind],
      words: this.#shownWords(origin),
      ...size,
      asked: { method: 'generate', request },
    });
  }

  /** Settles when the turn of what is asked for is over. @returns the ids of those that were drawn */
  async #add(task: DrawTask): Promise<string[]> {
    this.#error = null;
    const drawn: string[] = [];
    await this.queue.add(task, (turn) => this.#perform(task, turn, drawn));
    return drawn;
  }

  /**
   * Draws what is asked for; why it broke off is told at the easel.
   *
   * @param drawn takes the ids as they come
   * @returns false where it broke off
   */
  async #perform(task: DrawTask, turn: Turn, drawn: string[] = []): Promise<boolean> {
    const failure = await failureOf(() => this.#ask(task, turn, drawn));
    if (failure) this.#error = failure;
    return failure === null;
  }

  #ask(task: DrawTask, turn: Turn, drawn: string[]): Promise<unknown> {
    const { asked } = task;
    switch (asked.method) {
      case 'generate':
        return this.#show(task, turn, drawn, (to) => this.#service.generate(asked.request, to));
      case 'replay':
        return this.#show(task, turn, drawn, (to) => this.#service.replay(asked.request, to));
      case 'keepCells':
        return this.#keepCells(asked.request, turn);
    }
  }

  /** Shows portraits as they come. */
  async #show(
    { count, places }: DrawTask,
    { signal, report }: Turn,
    drawn: string[],
    draw: (options: StreamOptions<GenerateEvent>) => Promise<unknown>,
  ): Promise<void> {
    const coming = this.easel.expect(places);
    // What was drawn before it broke off is not drawn again, and counts all the same.
    const advance = advancesOf('render', ({ done, total, remainingMs }) =>
      report({ done: count - total + done, remainingMs }),
    );
    try {
      await draw({
        signal,
        onEvent: (event) => {
          if (event.kind !== 'portrait') return advance(event);
          this.#library.take(event.generation);
          drawn.push(event.generation.id);
          this.easel.land(coming, event.index, event.generation);
        },
      });
    } finally {
      this.easel.settle(coming);
    }
  }

  /** What is kept of a grid comes into the library, and not onto the easel. */
  #keepCells(request: KeepCellsRequest, { signal, report }: Turn): Promise<{ ids: string[] }> {
    const advance = advancesOf('render', report);
    return this.#service.keepCells(request, {
      signal,
      onEvent: (event) => {
        if (event.kind !== 'portrait') return advance(event);
        this.#library.take(event.generation);
      },
    });
  }

  /** How many are kept of each prompt, of how many drawn, and how many that makes of all prompts. */
  #sizeOf(origin: Origin, settings: DrawOverrides, wanted = this.field.count) {
    const each = ONE_ONLY.includes(origin.kind) ? 1 : wanted;
    const bestOf = this.#bestOf(origin, each);
    const prompts = this.#promptsIn(origin, settings);
    return { each, bestOf, count: (bestOf ?? each) * prompts, places: each * prompts };
  }

  /** How many prompts its words make. */
  #promptsIn(origin: Origin, { markup = false }: DrawOverrides): number {
    return markup && 'prompt' in origin && origin.prompt !== undefined
      ? countPrompts(origin.prompt)
      : 1;
  }

  /** How many to draw so that the best can be kept: those without words of their own have no best. */
  #bestOf(origin: Origin, count: number): number | undefined {
    const { bestOf } = this.#settings;
    return bestOf > 1 && this.#wordsOf(origin) !== '' ? count * bestOf : undefined;
  }

  /** The words that portraits are scored by: children have their parents' where all have the same. */
  #wordsOf(origin: Origin): string {
    if (ONE_ONLY.includes(origin.kind)) return '';
    const words = this.#shownWords(origin);
    const isShared =
      origin.kind !== 'breed' || origin.parents.every((id) => this.#promptOf(id) === words);
    return isShared ? words : '';
  }

  /** The words that say what an origin is about. */
  #shownWords(origin: Origin): string {
    switch (origin.kind) {
      case 'prompt':
      case 'image':
      case 'reword':
        return origin.prompt ?? '';
      case 'variation':
      case 'edit':
      case 'carry-over':
        return this.#promptOf(origin.of);
      case 'breed':
        return this.#promptOf(origin.parents[0] ?? '');
    }
  }

  #promptOf(id: string): string {
    return this.#library.portrait(id)?.prompt ?? '';
  }

  #save(): void {
    const { current } = this.easel.content;
    save('create', { ...this.field.values, candidates: this.easel.candidates, current });
  }
}

/** What is asked for so that what has been drawn of it is not drawn again; cells never are. */
function resumed({ asked }: BrokenOff): DrawTask['asked'] {
  if (asked.method !== 'generate') return asked;
  return { ...asked, request: { ...asked.request, resume: true } };
}

/** Why work broke off; null where it ended, or was cancelled as the artist wished. */
async function failureOf(work: () => Promise<unknown>): Promise<StudioError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const failure = toStudioError(error);
    return failure.code === 'cancelled' ? null : failure;
  }
}
