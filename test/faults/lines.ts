/** What a life (life.ts) is asked to do, and what it says. */
import { z } from 'zod';

export const WORKS = ['generate', 'export', 'animate', 'curate', 'import', 'migrate'] as const;
export type Work = (typeof WORKS)[number];

export const lifeSchema = z.object({
  library: z.string(),
  /** Where exports go. */
  out: z.string(),
  /** Where imported packs go. */
  packs: z.string(),
  work: z.enum(WORKS),
  /** Whether to go on until it is killed, instead of doing the work once. */
  endless: z.boolean(),
  /** Whether its time runs from before its studio opens. */
  isOpening: z.boolean(),
  /** Packs to import, or libraries to migrate. */
  sources: z.array(z.string()),
});
export type LifeOrder = z.infer<typeof lifeSchema>;

const changeSchema = z.enum(['star', 'unstar', 'trash', 'restore', 'purge']);
export type Change = z.infer<typeof changeSchema>;
const idsSchema = z.array(z.string());

export const lineSchema = z.union([
  z.strictObject({ drawn: z.string() }),
  z.strictObject({ written: z.string() }),
  z.strictObject({ film: z.string() }),
  z.strictObject({ imported: z.string() }),
  z.strictObject({ begun: changeSchema, ids: idsSchema }),
  z.strictObject({ done: changeSchema, ids: idsSchema }),
]);
export type Line = z.infer<typeof lineSchema>;
