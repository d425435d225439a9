import type { Edit, Judgement, JudgeRequest } from '../../contract/edit.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { cosine } from '../latent/vectors.ts';
import { embedWords } from '../models/conditions.ts';
import type { Session } from '../session/session.ts';
import type { Edits } from './edits.ts';

/**
 * What edits do by CLIP's measure. For every text slider the portrait is drawn once more without it, so
 * that each is given its own part of the effect and no more.
 *
 * @throws StudioError as `Edits.apply` does
 */
export async function scoreEdits(
  { of, edits }: JudgeRequest,
  applied: Edits,
  { models, reader }: Session,
  options: CallOptions,
): Promise<Judgement> {
  const embed = (text: string) => models.clip.embedPrompt(text, 'none', options);
  const phrases = edits.flatMap((edit, index) => {
    const to = phraseOf(edit);
    return to === null ? [] : [{ index, to }];
  });
  const stacks = [edits, ...phrases.map(({ index }) => edits.toSpliced(index, 1))];
  const codes = await Promise.all(stacks.map((stack) => applied.apply(of, stack, options)));
  const pictures = await models.generator.synthesise(
    codes.map(({ w }) => w),
    options,
  );
  const embeddings = await models.clip.embedPictures(pictures, options);
  const whole = resultAt(embeddings, 0);
  const gains: Judgement['gains'] = edits.map(() => null);
  for (const [position, { index, to }] of phrases.entries()) {
    const { raw } = await embed(to);
    gains[index] = cosine(raw, whole) - cosine(raw, resultAt(embeddings, position + 1));
  }
  const { prompt, settings } = reader.get(of);
  const words =
    prompt === '' ? null : await embedWords(models, prompt, { ...settings, gap: 'none' }, options);
  return { clipScore: words && cosine(words.raw, whole), gains };
}

function phraseOf(edit: Edit): string | null {
  return edit.kind === 'slide' && edit.direction.kind === 'text' && edit.amount !== 0
    ? edit.direction.to
    : null;
}
