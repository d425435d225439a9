import { SvelteSet } from 'svelte/reactivity';
import { z } from 'zod';
import { tagKey } from '../../electron/contract/arrange.ts';
import type { DrawOverrides } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import {
  type Axis,
  axisSchema,
  type Cell,
  cellAt,
  type CellPlace,
  cellSchema,
  type Grid,
  gridSchema,
  movedAxis,
  refusalOf,
  type SavedGrid,
  valuesOf,
} from '../../electron/contract/grid.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { CellFrames } from './cell-frames.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import { SavedValues } from './saved-values.svelte.ts';
import { randomSeed } from './settings.svelte.ts';
import type { Slot } from './slot.ts';
import type { UndoStack } from './undo.svelte.ts';

export const AXES = ['rows', 'columns'] as const;
export type AxisName = (typeof AXES)[number];

/** Width of a cell, in px. */
export const MIN_SIDE = 64;
export const MAX_SIDE = 256;

const valuesSchema = z.object({
  /** What all cells have in common. */
  cell: cellSchema,
  rows: axisSchema.nullable(),
  columns: axisSchema.nullable(),
  side: z.number().min(MIN_SIDE).max(MAX_SIDE),
});
export type GridValues = z.infer<typeof valuesSchema>;

const firstValues = (): GridValues => {
  const seed = randomSeed();
  return {
    cell: { prompt: '', seed, edits: [], settings: { markup: true } },
    rows: { kind: 'seeds', first: seed, steps: 4 },
    columns: { kind: 'truncation', from: 0.4, to: 1.2, steps: 5 },
    side: 144,
  };
};

/** The grid that is looked at: what it begins with, its axes, and which of its cells are chosen. */
export class GridTable {
  readonly #values = new SavedValues('grid', valuesSchema, firstValues);
  #isMoving = $state(false);
  readonly #chosen = new SvelteSet<string>();
  #cursor = $state.raw<CellPlace>([0, 0]);
  #saved = $state.raw<readonly SavedGrid[]>([]);
  readonly #service: StudioService;
  readonly #undo: UndoStack;
  readonly frames: CellFrames;

  constructor(service: StudioService, undo: UndoStack, speed: FrameSpeed) {
    this.#service = service;
    this.#undo = undo;
    this.frames = new CellFrames(service, speed);
  }

  get values(): GridValues {
    return this.#values.now;
  }

  /** What stands in the rows, and in the columns. */
  get counts(): readonly [rows: number, columns: number] {
    const { rows, columns } = this.values;
    return [valuesOf(rows).length, valuesOf(columns).length];
  }

  /** What all cells begin with: words, or a portrait. */
  get begin(): Slot {
    const { of, prompt = '' } = this.values.cell;
    return of === undefined ? { kind: 'prompt', prompt } : { kind: 'portrait', id: of };
  }

  /** The grid as the engine is asked for it; a refusal in words where nothing can be drawn of it. */
  get asked(): Grid | StudioError {
    const { cell, rows, columns } = this.values;
    const grid = { cell: withoutIdle(cell, [rows, columns]), rows, columns };
    const { error } = gridSchema.safeParse(grid);
    if (error) return refused(strings.grid.problem(error.issues[0]?.message ?? ''));
    const refusal = refusalOf(cellAt(grid, [0, 0]));
    return refusal === null ? grid : refused(strings.grid.refusal(refusal));
  }

  get grid(): Grid | null {
    const { asked } = this;
    return asked instanceof StudioError ? null : asked;
  }

  /** Whether a hand moves an axis. */
  get isMoving(): boolean {
    return this.#isMoving;
  }

  // Changing it, each time as one step of the history

  set(values: Partial<GridValues>): void {
    const keys = Object.keys(values) as (keyof GridValues)[];
    const from = Object.fromEntries(keys.map((key) => [key, this.#values.now[key]]));
    this.#undo.replace<Partial<GridValues>>({
      label: strings.undo.grid,
      merge: `grid/${keys.join()}`,
      from,
      to: values,
      put: (to) => this.#put(to),
    });
  }

  /** Begins with something else: a portrait has its own seed, and words have one of the grid. */
  setBegin(begin: Slot): void {
    const { prompt: _, of: __, seed = randomSeed(), ...cell } = this.values.cell;
    if (begin.kind === 'portrait') this.set({ cell: { ...cell, of: begin.id } });
    if (begin.kind === 'prompt') this.set({ cell: { ...cell, prompt: begin.prompt, seed } });
  }

  setSeed(seed: number): void {
    this.set({ cell: { ...this.values.cell, seed } });
  }

  setSettings(settings: DrawOverrides): void {
    const { seed: _, ...rest } = settings;
    this.set({ cell: { ...this.values.cell, settings: rest } });
  }

  /** Moves the values of an axis from where they were; `settled` when the hand has let go. */
  scrub(name: AxisName, from: Axis, by: number, settled: boolean): void {
    this.#isMoving = !settled;
    const axis = movedAxis(from, by);
    if (!settled) return this.#values.show({ [name]: axis });
    this.#values.show({ [name]: from });
    this.set({ [name]: axis });
  }

  resize(side: number): void {
    this.#values.put({ side: Math.round(Math.min(MAX_SIDE, Math.max(MIN_SIDE, side))) });
  }

  rollSeed(): void {
    this.setSeed(randomSeed());
  }

  // Its cells

  /** The one that has the keyboard. */
  get cursor(): CellPlace {
    const [rows, columns] = this.counts;
    const [row, column] = this.#cursor;
    return [Math.min(row, rows - 1), Math.min(column, columns - 1)];
  }

  moveTo(place: CellPlace): void {
    const [rows, columns] = this.counts;
    const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
    this.#cursor = [within(place[0], rows), within(place[1], columns)];
  }

  isChosen(place: CellPlace): boolean {
    return this.#chosen.has(place.join());
  }

  toggle(place: CellPlace): void {
    if (!this.#chosen.delete(place.join())) this.#chosen.add(place.join());
  }

  clear(): void {
    this.#chosen.clear();
  }

  /** Those that are chosen, row by row, or else the one that has the keyboard. */
  get meant(): CellPlace[] {
    const [rows, columns] = this.counts;
    const chosen = [...this.#chosen]
      .map((place) => place.split(',').map(Number) as CellPlace)
      .filter(([row, column]) => row < rows && column < columns)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return chosen.length > 0 ? chosen : [this.cursor];
  }

  get chosenCount(): number {
    return this.#chosen.size;
  }

  // Those that the library keeps

  /** By their names. */
  get saved(): readonly SavedGrid[] {
    return this.#saved;
  }

  async reload(): Promise<void> {
    this.#saved = await this.#service.grids({});
  }

  takeNews(event: StudioEvent, onFailure: (error: unknown) => void): void {
    if (event.kind === 'grids') this.reload().catch(onFailure);
  }

  /** Keeps what is looked at under a name, in place of the one that is called so. */
  async save(name: string): Promise<void> {
    const { grid } = this;
    if (!grid) return;
    const before = this.#saved.find((one) => tagKey(one.name) === tagKey(name));
    await this.#service.saveGrid({ ...(before && { id: before.id }), name, grid });
    await this.reload();
  }

  /** @returns what brings it back */
  async remove(grid: SavedGrid): Promise<() => Promise<void>> {
    await this.#service.removeGrid({ id: grid.id });
    await this.reload();
    return async () => {
      await this.#service.saveGrid(grid);
      await this.reload();
    };
  }

  /** Puts one that was kept in place of the one that is looked at. */
  open({ grid: { cell, rows, columns } }: SavedGrid): void {
    this.set({ cell, rows, columns });
  }

  #put(values: Partial<GridValues>): void {
    this.#values.put(values);
    this.clear();
  }
}

/** A cell without what its axes say for it, or what a way between two portraits has not. */
function withoutIdle({ prompt, of, ...cell }: Cell, axes: readonly (Axis | null)[]): Cell {
  if (axes.some((axis) => axis?.kind === 'path')) return cell;
  if (of !== undefined) return { ...cell, of };
  if (axes.some((axis) => axis?.kind === 'prompts')) return cell;
  return { ...cell, prompt: prompt?.trim() ?? '' };
}

function refused(words: string): StudioError {
  return new StudioError('invalid-argument', words);
}
