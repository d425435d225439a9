import { StudioError } from '../../contract/errors.ts';
import type { CellStart } from '../../contract/grid.ts';
import type { CallOptions } from '../inference/inference.ts';
import { planPosition } from '../plan/interpolation.ts';
import type { GenerationPlan, Tools } from '../plan/generation-plan.ts';
import { planGenerations } from '../plan/plan.ts';

/** One that is not in the library by what the cell says. */
export type DrawnStart = Exclude<CellStart, { readonly kind: 'portrait' }>;

/** Plans the start of a cell as the studio plans the same wherever it is asked for. */
export async function planStart(
  start: DrawnStart,
  tools: Tools,
  options: CallOptions,
): Promise<GenerationPlan> {
  if (start.kind === 'keep') return planPosition(start.request, tools, options);
  const [plan] = await planGenerations(start.request, tools, options);
  if (plan) return plan;
  throw new StudioError('internal', 'Nothing was planned for a cell.');
}
