import { z } from 'zod';
import {
  type Making,
  type MakingReader,
  parsePython,
  seedOf,
  textUnder,
  wordsOf,
} from './making.ts';

const textSchema = z.string().catch('');

/** InvokeAI 3 and later. */
const metadataSchema = z.object({
  positive_prompt: textSchema,
  negative_prompt: textSchema,
  seed: z.unknown(),
});

/** Before that; prompts were words with weights, and what was not wanted stood in brackets among them. */
const oldSchema = z.object({
  image: z.object({
    prompt: z.union([z.string(), z.array(z.object({ prompt: z.string() })).max(1_000)]),
    seed: z.unknown(),
  }),
});

export const readInvokeAi: MakingReader = (texts): Making | null => {
  const metadata = textUnder(texts, 'invokeai_metadata');
  if (metadata !== null) return making(metadata);
  const old = textUnder(texts, 'sd-metadata');
  return old === null ? null : oldMaking(old);
};

function making(text: string): Making | null {
  const parsed = metadataSchema.safeParse(parsePython(text)).data;
  if (!parsed) return null;
  return {
    program: 'invokeai',
    prompt: wordsOf(parsed.positive_prompt),
    negativePrompt: wordsOf(parsed.negative_prompt),
    seed: seedOf(parsed.seed),
  };
}

function oldMaking(text: string): Making | null {
  const parsed = oldSchema.safeParse(parsePython(text)).data;
  if (!parsed) return null;
  const { prompt, seed } = parsed.image;
  const words = typeof prompt === 'string' ? prompt : prompt.map((part) => part.prompt).join(', ');
  const unwanted = [...words.matchAll(/\[([^\][]*)\]/g)].map(([, inside = '']) => inside.trim());
  return {
    program: 'invokeai',
    prompt: wordsOf(words.replace(/\[[^\][]*\]/g, ' ').replace(/ {2,}/g, ' ')),
    negativePrompt: wordsOf(unwanted.join(', ')),
    seed: seedOf(seed),
  };
}
