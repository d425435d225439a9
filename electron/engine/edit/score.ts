import type { Edit, Judgement, JudgeRequest } from '../../contract/edit.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { cosine } from '../latent/vectors.ts';
import { embedWords } from '../models/conditions.ts';
import type { Session } from '../session/session.ts';
import type { Edits } from './edits.ts';
import { isSeen, whySilent } from './silence.ts';

/**
 * What edits do by CLIP's measure, and why those do nothing that are not seen or whose words are not known. For every
 * text slider the portrait is drawn once more without it, so that each is given its own part of the effect and no more.
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
    const moved = movedPhrase(edit);
    return moved === null ? [] : [{ index, ...moved }];
  });
  const stacks = [edits, ...phrases.map(({ index }) => edits.toSpliced(index, 1))];
  const codes = await Promise.all(stacks.map((stack) => applied.apply(of, stack, options)));
  const { noiseSeed } = reader.get(of).settings;
  const drawing = { ...options, noiseSeed };
  const pictures = await models.generator.synthesise(
    codes.map(({ w }) => w),
    drawing,
  );
  const embeddings = await models.clip.embedPictures(pictures, options);
  const whole = resultAt(embeddings, 0);
  const gains: Judgement['gains'] = edits.map(() => null);
  for (const [position, { index, phrase }] of phrases.entries()) {
    const { raw } = await embed(phrase.to);
    gains[index] = cosine(raw, whole) - cosine(raw, resultAt(embeddings, position + 1));
  }
  const draw = async (stack: readonly Edit[]) => {
    const { w } = await applied.apply(of, stack, options);
    return resultAt(await models.generator.synthesise([w], drawing), 0);
  };
  const silences: Judgement['silences'] = edits.map(() => null);
  for (const [position, { index, slide, phrase }] of phrases.entries()) {
    const { from = '', to } = phrase;
    const unheard = [from, to].flatMap((text) => models.clip.unheard(text));
    // What changes by words that are not known is no answer to them.
    const isKnown = unheard.length === 0;
    if (isKnown && isSeen(resultAt(pictures, position + 1), resultAt(pictures, 0))) continue;
    const { layers } = models.generator.space;
    silences[index] = await whySilent(slide, index, { edits, layers, unheard, draw });
  }
  const { prompt, settings } = reader.get(of);
  const words =
    prompt === '' ? null : await embedWords(models, prompt, { ...settings, gap: 'none' }, options);
  return { clipScore: words && cosine(words.raw, whole), gains, silences };
}

/** A slider of words that is moved, and its words; null for any other edit. */
function movedPhrase(edit: Edit) {
  if (edit.kind !== 'slide' || edit.direction.kind !== 'text' || edit.amount === 0) return null;
  return { slide: edit, phrase: edit.direction };
}
