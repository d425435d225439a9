/**
 * Which regular expressions of a pack's tokenizer are used. JavaScript's engine backtracks: `(a|a)+$` takes
 * longer than anybody lives. So patterns are not run as they come: they must have the form that the CLIP,
 * BERT and SentencePiece families write, and that form is one that nothing can be slow with.
 *
 *     pattern     = alternative ("|" alternative)*
 *     alternative = atom* last                       at most one atom with "?"
 *     last        = atom, may repeat: "+", "{n}", "{n,}" or "{n,m}"; a repeated \s may then say "(?!\S)"
 *     atom        = a character, an escaped one, a kind such as \s or \p{L}, or a set of these in brackets
 *
 * There are no groups, and only the end of an alternative repeats, so that an alternative matches or fails in
 * one walk along the text, tried twice at the most. A walk that fails is no longer than the pattern, what it
 * demands repeated counted in: else every letter of a long word would cost the rest of the word. That is why
 * few repeats may be demanded, and why only spaces, which then give back one, may be asked what comes after
 * them. None matches the empty text.
 */

const MAX_LENGTH = 1_000;
const MAX_ALTERNATIVES = 64;
/** That are demanded. Digits come in threes, spaces in pairs. */
const MAX_REPEATS = 16;

/** An escaped sign, a kind of characters, or one by its number. */
const ESCAPE = String.raw`\\(?:[pP]\{[A-Za-z_=]{1,40}\}|[dDsSwWnrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^A-Za-z0-9\s])`;
/** No set within a set, and no intersection. */
const SET = String.raw`\[\^?(?:${ESCAPE}|&(?!&)|[^\[\]\\&])+\]`;
const CHARACTER = String.raw`[^\\\[\]{}()|?*+^$]`;
const ATOM = new RegExp(`${ESCAPE}|${SET}|${CHARACTER}`, 'uy');
const REPEAT = /\+|\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/y;
const SPACE = String.raw`\s`;
const NO_WORD_AFTER = String.raw`(?!\S)`;

/** Whether a pattern has the form above. */
export function isPlainPattern(pattern: string): boolean {
  if (pattern.length > MAX_LENGTH) return false;
  let at = 0;
  for (let alternatives = 0; alternatives < MAX_ALTERNATIVES; alternatives++) {
    const end = endOfAlternative(pattern, at);
    if (end === undefined) return false;
    if (end === pattern.length) return true;
    at = end + 1;
  }
  return false;
}

/** Where the alternative ends that begins at `start`; undefined for one of another form. */
function endOfAlternative(pattern: string, start: number): number | undefined {
  let at = start;
  let needed = 0;
  let optional = 0;
  while (at < pattern.length && pattern[at] !== '|') {
    const atom = matchAt(ATOM, pattern, at)?.[0];
    if (atom === undefined) return undefined;
    at += atom.length;
    if (pattern[at] === '?') {
      optional += 1;
      at += 1;
      continue;
    }
    needed += 1;
    const end = endOfRepeat(pattern, at, atom === SPACE);
    if (end !== undefined) return needed > 0 && optional <= 1 ? end : undefined;
  }
  return needed > 0 && optional <= 1 ? at : undefined;
}

/** Where the alternative ends whose last atom repeats at `start`; undefined where nothing repeats there. */
function endOfRepeat(pattern: string, start: number, ofSpace: boolean): number | undefined {
  const repeat = matchAt(REPEAT, pattern, start);
  if (!repeat) return undefined;
  const [text, least = '1', isRange, most = isRange ? String(MAX_REPEATS) : least] = repeat;
  if (Number(least) < 1 || Number(least) > Number(most) || Number(most) > MAX_REPEATS) {
    return undefined;
  }
  const end = start + text.length;
  const looksOn = ofSpace && pattern.startsWith(NO_WORD_AFTER, end);
  const after = looksOn ? end + NO_WORD_AFTER.length : end;
  return after === pattern.length || pattern[after] === '|' ? after : undefined;
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}
