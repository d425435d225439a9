import type { Generation } from '../../contract/generation.ts';
import type { GenerationPlan, Tools } from './generation-plan.ts';

/** The newest portrait outside the trash that a plan has been drawn as already; null where there is none. */
export function madeBefore(plan: GenerationPlan, { session }: Tools): Generation | null {
  const { models, reader } = session;
  const { id, version } = models.pack.manifest;
  const found = reader.madeBefore({ ...plan, pack: { id, version } });
  return found === null ? null : reader.get(found);
}
