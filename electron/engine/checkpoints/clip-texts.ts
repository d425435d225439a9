/** How texts go into a text encoder, by `config.json` and the files of its tokenizer. */
import { z } from 'zod';
import type { PackManifest } from '../../contract/pack.ts';
import type { Tower } from './clip-graph.ts';
import { invalid } from './refusal.ts';

type Text = Pick<PackManifest['clip']['text'], 'contextLength' | 'padding'>;

const countSchema = z.int().positive().nullish();
const partSchema = z
  .object({
    max_position_embeddings: countSchema,
    projection_dim: countSchema,
    projection_size: countSchema,
    hidden_size: countSchema,
    image_size: countSchema,
  })
  .nullish();

export const configSchema = z.object({
  _name_or_path: z.string().nullish(),
  model_type: z.string().nullish(),
  license: z.string().nullish(),
  projection_dim: countSchema,
  max_position_embeddings: countSchema,
  text_config: partSchema,
  vision_config: partSchema,
});
export type ClipConfig = z.infer<typeof configSchema>;

const nameSchema = z.union([z.string(), z.object({ content: z.string() })]).nullish();

export const tokenizerConfigSchema = z.object({
  pad_token: nameSchema,
  // Hugging Face writes 10^30 for none.
  model_max_length: z.number().positive().nullish(),
});
export type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>;

/** What stands in a `tokenizer.json` of what padding needs. */
export const tokenizerPaddingSchema = z.object({
  padding: z.object({ pad_id: z.int().nonnegative() }).nullish().catch(null),
  added_tokens: z
    .array(z.object({ id: z.int().nonnegative(), content: z.string() }))
    .nullish()
    .catch(null),
});
export type TokenizerPadding = z.infer<typeof tokenizerPaddingSchema>;

/** Families whose configurations leave out what is usual. */
const FAMILIES = {
  clip: { context: 77, width: 512, pixels: 224 },
  siglip: { context: 64, width: 768, pixels: 224 },
  other: { context: 512, width: undefined, pixels: 224 },
} as const;

/** Positions of RoBERTa begin after that of the padding token. */
const ROBERTA_OFFSET = 2;
/** Most tokens that a pack may say. */
const MAX_CONTEXT = 1_024;

export type Family = keyof typeof FAMILIES;

export function familyOf({ model_type }: ClipConfig): Family {
  if (model_type?.startsWith('siglip')) return 'siglip';
  return model_type === 'clip' || model_type?.startsWith('clip_') ? 'clip' : 'other';
}

/** Numbers of an embedding, as far as the configuration says; undefined where nothing does. */
export function widthIn(config: ClipConfig): number | undefined {
  const { projection_dim, text_config, vision_config } = config;
  const family = familyOf(config);
  if (family === 'siglip') {
    return text_config?.projection_size ?? vision_config?.hidden_size ?? FAMILIES.siglip.width;
  }
  return projection_dim ?? text_config?.projection_dim ?? FAMILIES[family].width;
}

/** Side of the pictures, as far as the configuration says. */
export function pixelsIn(config: ClipConfig): number {
  return config.vision_config?.image_size ?? FAMILIES[familyOf(config)].pixels;
}

/**
 * A text goes to its encoder as it is where that changes nothing: where what comes after the end token is not
 * looked at (Radford et al. 2021, §2.4: attention is causal) or is masked. SigLIP was trained on texts that
 * are filled up and looks at all of it (Zhai et al. 2023).
 *
 * @throws StudioError `checkpoint-invalid` where the padding token is needed and not named
 */
export function textSettings(
  config: ClipConfig,
  tokenizer: { readonly config: TokenizerConfig; readonly document: TokenizerPadding },
  tower: Tower,
  label: string,
): Text {
  const family = familyOf(config);
  const fixed = tower.inputs.find(({ name }) => name === 'input_ids')?.dims[1] ?? null;
  const isMasked = tower.inputs.some(({ name }) => name === 'attention_mask');
  const contextLength = fixed ?? contextIn(config, tokenizer.config);
  const isOpen = fixed === null && (family === 'clip' || (family === 'other' && isMasked));
  if (isOpen) return { contextLength, padding: { kind: 'none' } };
  const id = padId(tokenizer);
  if (id === undefined) throw invalid(label, 'its tokenizer names no token to fill texts up with');
  const isAttended = family === 'siglip';
  return {
    contextLength,
    padding: { kind: 'context', id, ...(isAttended && { attended: true }) },
  };
}

function contextIn(config: ClipConfig, { model_max_length }: TokenizerConfig): number {
  const { text_config, max_position_embeddings, model_type } = config;
  const family = familyOf(config);
  const stated = text_config?.max_position_embeddings ?? max_position_embeddings;
  const offset =
    family === 'other' && /roberta|alt|jina|mclip/i.test(model_type ?? '') ? ROBERTA_OFFSET : 0;
  const positions = stated ? stated - offset : FAMILIES[family].context;
  return Math.floor(Math.min(positions, model_max_length ?? MAX_CONTEXT, MAX_CONTEXT));
}

function padId({
  config: { pad_token },
  document: { padding, added_tokens },
}: {
  readonly config: TokenizerConfig;
  readonly document: TokenizerPadding;
}): number | undefined {
  const name = typeof pad_token === 'object' ? pad_token?.content : pad_token;
  return added_tokens?.find(({ content }) => content === name)?.id ?? padding?.pad_id;
}
