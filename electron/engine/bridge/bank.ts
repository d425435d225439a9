import { MAX_BANK_PICTURES, type PackManifest } from '../../contract/pack.ts';
import type { Clip } from '../clip/clip.ts';
import { Bank, packEmbeddings } from '../flow/bank.ts';
import type { CallOptions } from '../inference/inference.ts';
import { addScaled, mean, scale, unstack } from '../latent/vectors.ts';
import type { PairsFile } from './pairs-file.ts';

const EMBEDDINGS = 'flow/bank.i8';
const TEXT_MEAN = 'flow/bank_text_mean.f32';
const SHIFT = 'flow/gap_shift.f32';
/** Pairs read at a time. */
const CHUNK = 1_000;

/** What a pack says of its bank, and the files that belong to it by their paths. */
export interface PackedBank {
  readonly bank: NonNullable<PackManifest['flow']['bank']>;
  /** The file of the gap remedy `shift`: the mean of the pictures less that of texts about them. */
  readonly shift: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * The pictures of all pairs, of very many the first ones, as a bank for a pack, and what moves a text to them.
 *
 * @param textMean the mean of texts' embeddings, as `meanOfTexts` finds it
 */
export async function packBank(pairs: PairsFile, textMean: Float32Array): Promise<PackedBank> {
  const { widthE } = pairs;
  const { seed, truncation, mixed } = pairs.manifest.settings;
  const count = Math.min(pairs.count, MAX_BANK_PICTURES);
  const rows = new Int8Array(count * widthE);
  let shift = scale(textMean, -1);
  for (let start = 0; start < count; start += CHUNK) {
    const indexes = Array.from({ length: Math.min(CHUNK, count - start) }, (_, i) => start + i);
    const embeddings = unstack((await pairs.read(indexes)).e, widthE);
    rows.set(packEmbeddings(embeddings), start * widthE);
    shift = addScaled(shift, mean(embeddings), embeddings.length / count);
  }
  return {
    bank: {
      ...{ embeddings: EMBEDDINGS, count, textMean: TEXT_MEAN },
      // No one w draws a picture that was drawn of two.
      ...(mixed === 0 && { latents: { seed, truncation } }),
    },
    shift: SHIFT,
    files: {
      [EMBEDDINGS]: new Uint8Array(rows.buffer),
      [TEXT_MEAN]: new Uint8Array(Float32Array.from(textMean).buffer),
      [SHIFT]: new Uint8Array(Float32Array.from(shift).buffer),
    },
  };
}

/** The bank as those use it who draw with the pack. */
export function openBank({ files }: PackedBank): Bank {
  const bytes = (name: string) => Uint8Array.from(files[name] ?? []).buffer;
  return new Bank(new Int8Array(bytes(EMBEDDINGS)), new Float32Array(bytes(TEXT_MEAN)));
}

/** The mean of the embeddings [clip] of phrases such as prompts are made of. */
export async function meanOfTexts(
  clip: Pick<Clip, 'embedPrompt'>,
  phrases: readonly string[],
  options?: CallOptions,
): Promise<Float32Array> {
  const embeddings: Float32Array[] = [];
  for (const phrase of phrases) {
    embeddings.push((await clip.embedPrompt(phrase, 'none', options)).raw);
  }
  return mean(embeddings);
}
