import { type Cell, type CellStart, editsOf, startOf } from '../../contract/grid.ts';
import type { Generation } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { Keep } from '../draw/drawing.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { GenerationPlan, Tools } from '../plan/generation-plan.ts';
import { planGenerations } from '../plan/plan.ts';
import { nameOf } from './cell-codes.ts';
import { planStart } from './plan-start.ts';

/**
 * Makes portraits of the library of cells. Those that are moved by sliders become children of what they begin with,
 * which is kept before them. What was made in the very same way before is taken as it is.
 *
 * @param onKept told of each cell, by its index
 * @returns the ids, in the order of the cells
 */
export async function keepCells(
  cells: readonly Cell[],
  tools: Tools,
  keep: Keep,
  { onProgress, ...options }: CallOptions & { readonly onProgress?: OnProgress | undefined },
  onKept: (generation: Generation, index: number) => void,
): Promise<string[]> {
  const { reader } = tools.session;
  const ids = new Map<string, string>();
  const progress = trackProgress('render', cells.length, onProgress);
  const tell = (name: string, generation: Generation) => {
    ids.set(name, generation.id);
    for (const [index, cell] of cells.entries()) {
      if (nameOfCell(cell) !== name) continue;
      onKept(generation, index);
      progress.advance();
    }
  };
  const keepPlanned = async (planned: ReadonlyMap<string, GenerationPlan>) => {
    const names = [...planned.keys()];
    const onPortrait = (generation: Generation, index: number) =>
      tell(resultAt(names, index), generation);
    await keep([...planned.values()], { resume: true, onPortrait });
  };
  for (const { id } of portraitsIn(cells)) tell(nameOf({ kind: 'portrait', id }), reader.get(id));
  await keepPlanned(await planStarts(cells, tools, options));
  await keepPlanned(await planEdited(cells, ids, tools, options));
  progress.finish();
  return cells.map((cell) => ids.get(nameOfCell(cell)) ?? '');
}

function nameOfCell(cell: Cell): string {
  const [start, edits] = [nameOf(startOf(cell)), editsOf(cell)];
  return edits.length === 0 ? start : JSON.stringify([start, edits]);
}

function portraitsIn(cells: readonly Cell[]): Extract<CellStart, { kind: 'portrait' }>[] {
  return cells.map(startOf).filter((start) => start.kind === 'portrait');
}

async function planStarts(
  cells: readonly Cell[],
  tools: Tools,
  options: CallOptions,
): Promise<Map<string, GenerationPlan>> {
  const plans = new Map<string, GenerationPlan>();
  for (const start of cells.map(startOf)) {
    if (start.kind === 'portrait' || plans.has(nameOf(start))) continue;
    plans.set(nameOf(start), await planStart(start, tools, options));
  }
  return plans;
}

async function planEdited(
  cells: readonly Cell[],
  ids: ReadonlyMap<string, string>,
  tools: Tools,
  options: CallOptions,
): Promise<Map<string, GenerationPlan>> {
  const plans = new Map<string, GenerationPlan>();
  for (const cell of cells) {
    const [of, edits] = [ids.get(nameOf(startOf(cell))), editsOf(cell)];
    if (of === undefined || edits.length === 0 || plans.has(nameOfCell(cell))) continue;
    const request = { origin: { kind: 'edit' as const, of, edits }, count: 1, settings: {} };
    plans.set(nameOfCell(cell), resultAt(await planGenerations(request, tools, options), 0));
  }
  return plans;
}
