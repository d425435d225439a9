import { StudioError } from '../../contract/errors.ts';
import type { CellStart } from '../../contract/grid.ts';
import type { CallOptions } from '../inference/inference.ts';
import { planPosition } from '../plan/interpolation.ts';
import type { GenerationPlan, Tools } from '../plan/generation-plan.ts';
import { planGenerations } from '../plan/plan.ts';

/** One that is not in the library by what the cell says. */
export type DrawnStart = Exclude<CellStart, { readonly kind: 'portrait' }>;

/**
 * Plans the start of a cell as the studio plans the same wherever it is asked for.
 *
 * @throws StudioError as planning does, and `invalid-argument` for words that make several portraits
 */
export async function planStart(
  start: DrawnStart,
  tools: Tools,
  options: CallOptions,
): Promise<GenerationPlan> {
  if (start.kind === 'keep') return planPosition(start.request, tools, options);
  const [plan, ...others] = await planGenerations(start.request, tools, options);
  if (plan && others.length === 0) return plan;
  throw new StudioError(
    'invalid-argument',
    'A cell is one portrait, and its words make several. Nothing was drawn; let the rows or columns be the words, each by itself.',
  );
}
