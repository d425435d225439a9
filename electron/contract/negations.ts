/** Common English negations of a prompt. */
import { tidy } from './loose-words.ts';

/** Something that a prompt says is not to be seen. */
export interface Negation {
  readonly thing: string;
  /** The prompt as if it asked for it. */
  readonly affirmed: string;
}

const NEGATOR =
  /\b(without|minus|sans|with no|no|not|never|neither|nor|(?:is|are|does|do|has|have)n['’]t)\s+([^,;.:!?()]+)/giu;
/** What ends what is negated, and goes on with the prompt. */
const BEYOND = /\s+(?:and|but|with|without|no|not|nor|who|that|which|in|on|at|by|wearing)\b.*$/iu;
const BEFORE_THING =
  /^(?:(?:any|a|an|the|at all|even|really|wearing|wear|having|have|showing)\s+)+/iu;
/** Sayings that deny nothing. */
const SAYING = /^(?:longer|one|only|doubt|matter|less|more)\b/iu;
const MOST_WORDS = 4;

/** What a text denies, in its order. */
export function negationsIn(text: string): Negation[] {
  // One at a time: what is negated next may stand in the end of a match.
  const found: Negation[] = [];
  NEGATOR.lastIndex = 0;
  for (let match = NEGATOR.exec(text); match; match = NEGATOR.exec(text)) {
    const [, negator = '', after = ''] = match;
    const afterAt = match.index + match[0].length - after.length;
    NEGATOR.lastIndex = afterAt;
    const said = after.replace(BEYOND, '').replace(BEFORE_THING, '').trim();
    const things = said
      .split(/\s+or\s+/iu)
      .map((thing) => thing.replace(BEFORE_THING, '').trim())
      .filter((thing) => thing !== '' && thing.split(/\s+/).length <= MOST_WORDS);
    if (SAYING.test(said)) continue;
    const before = text.slice(0, match.index);
    const affirmed = tidy(`${before} ${affirmationOf(negator)} ${text.slice(afterAt)}`);
    found.push(...things.map((thing) => ({ thing, affirmed })));
  }
  return found;
}

/** What stands in its place where the thing is asked for. */
function affirmationOf(negator: string): string {
  const word = negator.toLowerCase();
  if (word === 'without' || word === 'minus' || word === 'sans' || word === 'with no')
    return 'with';
  return /n['’]t$/u.test(word) ? word.slice(0, -3) : '';
}
