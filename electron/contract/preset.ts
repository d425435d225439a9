import { z } from 'zod';
import { drawOverridesSchema } from './draw.ts';
import { list } from './list.ts';
import { MAX_PROMPT_LENGTH } from './settings.ts';

/** Most presets of a library. */
export const MAX_PRESETS = 500;

/** Words that an artist has kept to draw with again, and settings if they are to go with them. */
export const presetSchema = z.object({
  name: z.string().trim().min(1).max(100),
  prompt: z.string().max(MAX_PROMPT_LENGTH),
  without: z.string().max(MAX_PROMPT_LENGTH),
  settings: drawOverridesSchema.omit({ seed: true, markup: true, without: true }).nullable(),
});
export type Preset = z.infer<typeof presetSchema>;

/** By their names, of which there are no two. */
export const presetsSchema = list(presetSchema, { max: MAX_PRESETS });
