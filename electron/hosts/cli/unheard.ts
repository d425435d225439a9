import { count } from '../../contract/count.ts';
import { MAX_PROMPT_LENGTH } from '../../contract/settings.ts';
import { printNote } from './output.ts';
import type { Session } from './session.ts';

/** As many words as still are read; programs are told all of them. */
const MOST_TOLD = 12;

/** Tells people which words made no difference. */
export function tellUnheard(unheard: readonly string[], json: boolean | undefined): void {
  if (json || unheard.length === 0) return;
  const told = unheard.slice(0, MOST_TOLD).map((word) => `"${word}"`);
  const more = unheard.length - told.length;
  const rest = more > 0 ? ` and ${count(more, 'more word')}` : '';
  printNote(
    `Not heard: ${told.join(', ')}${rest}. The pack does not know them, or the text is too long for it.`,
  );
}

/**
 * The words of texts that the pack did not hear, told to people and given to programs.
 *
 * @returns what a document says of it: nothing where every word was heard
 */
export async function unheardIn(
  texts: readonly string[],
  { service, signal }: Pick<Session, 'service' | 'signal'>,
  json: boolean | undefined,
): Promise<{ unheard?: readonly string[] }> {
  const readable = texts.filter(({ length }) => length <= MAX_PROMPT_LENGTH);
  const { unheard } = await service.unheard({ texts: readable }, { signal });
  tellUnheard(unheard, json);
  return unheard.length > 0 ? { unheard } : {};
}
