import { portraitsIn } from '../edit/edits.ts';
import {
  embedOwnPrompt,
  type OriginOf,
  type PlanContext,
  type PlanOutline,
} from './generation-plan.ts';

/** A portrait with edits made: sliders moved, layers mixed or blended with other portraits. */
export async function planEdits(
  { of, edits }: OriginOf<'edit'>,
  context: PlanContext,
): Promise<PlanOutline> {
  const { prompt } = context.session.reader.get(of);
  const words = await embedOwnPrompt(prompt, context);
  const code = await context.edits.apply(of, edits, context.options);
  return {
    ...{ prompt, words: words?.raw ?? null, isRandom: false },
    parents: [of, ...portraitsIn(edits).filter((id) => id !== of)],
    source: { kind: 'edit', edits },
    code: () => code,
  };
}
