/** Which words of a text an encoder does not hear: those beyond its context, and those it has no tokens for. */
import type { Tokenizer } from './tokenizer.ts';

/** A word as it stands in a text, and where the text goes on after it. */
interface Word {
  readonly text: string;
  readonly end: number;
}

/**
 * The words of a text that are not heard, or not as a whole, in their order and each once.
 *
 * @param text as `cleanPrompt` leaves it
 */
export function unheardWords(text: string, tokenizer: Tokenizer): string[] {
  const words = wordsOf(text);
  // Punctuation around words is missed by nobody; where there is nothing else, nothing was said.
  if (words.length === 0) return [...new Set(text.match(/\S+/g))];
  const within = countWithin(text, words, tokenizer);
  const unheard = words.filter(({ text }, i) => i >= within || !tokenizer.knows(text));
  return [...new Set(unheard.map(({ text }) => text))];
}

/** How many words from the first on are within the context with all their tokens. */
function countWithin(text: string, words: readonly Word[], tokenizer: Tokenizer): number {
  if (!tokenizer.encode(text).truncated) return words.length;
  const isWithin = ({ end }: Word) => !tokenizer.encode(text.slice(0, end)).truncated;
  let [within, beyond] = [0, words.length];
  while (within < beyond) {
    const middle = Math.floor((within + beyond) / 2);
    const word = words[middle];
    if (word && isWithin(word)) within = middle + 1;
    else beyond = middle;
  }
  return within;
}

/** Scripts whose words stand side by side without spaces. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: run, index }) => {
    const parts = UNSPACED.test(run) ? segmenter.segment(run) : [{ segment: run, index: 0 }];
    return Array.from(parts, ({ segment, index: at }) => {
      return { text: withoutMarks(segment), end: index + at + segment.length };
    }).filter(({ text }) => text !== '');
  });
}

/** Without the punctuation around a word, which nobody misses. */
function withoutMarks(word: string): string {
  return word.replace(/^\p{P}+|\p{P}+$/gu, '');
}
