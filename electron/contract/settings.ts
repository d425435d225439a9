import { z } from 'zod';
import { list } from './list.ts';

/**
 * How a text embedding is carried over to where picture embeddings lie; `neighbours` gives each portrait a
 * picture of the pack's bank that fits the text.
 */
export const gapSchema = z.enum(['none', 'shift', 'prior', 'ensemble', 'neighbours']);
export type Gap = z.infer<typeof gapSchema>;

/** Longest prompt the studio reads, in UTF-16 units; CLIP itself hears far fewer tokens. */
export const MAX_PROMPT_LENGTH = 2_000;

export const seedSchema = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** Truncation ψ: 0 is the mean portrait, 1 the flow's own draw, above 1 a caricature. */
export const truncationSchema = z.number().min(0).max(2);

/** Temperature τ: how far apart the portraits of one prompt lie. 0 draws the likeliest one. */
export const temperatureSchema = z.number().min(0).max(2);

/** Of `neighbours`: 0 keeps to the words, 1 gives portraits that have as little in common as the words allow. */
export const varietySchema = z.number().min(0).max(1);

/** Of packs that say none. */
export const DEFAULT_VARIETY = 0.25;

/** The settings of a draw that an artist can leave to the pack's defaults. */
export const drawSettingsSchema = z.object({
  seed: seedSchema,
  truncation: truncationSchema,
  temperature: temperatureSchema,
  gap: gapSchema,
  /** Of the noise that is added to each layer (Karras et al. 2019, §3.2); without it, the generator's own. */
  noiseSeed: seedSchema.optional(),
  /** Means something with the gap remedy `neighbours` alone; left out elsewhere. */
  variety: varietySchema.optional(),
  /** Weights and negations in words are read as such (`prompt-markup.ts`); without it words are taken as they stand. */
  markup: z.boolean().optional(),
  /** What is to be left out, between commas. */
  without: z.string().max(MAX_PROMPT_LENGTH).optional(),
});
export type DrawSettings = z.infer<typeof drawSettingsSchema>;

/** Words of a prompt that CLIP did not hear: beyond its context, or none that its tokenizer knows. */
export const unheardSchema = list(z.string().max(MAX_PROMPT_LENGTH), { max: MAX_PROMPT_LENGTH });
