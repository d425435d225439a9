/**
 * Words on clusters: what is frequent among the prompts and tags of the portraits of a cell, and rare elsewhere (TF-IDF
 * over cells: Spärck Jones, "A statistical interpretation of term specificity", 1972).
 */
import type { AtlasPoint, AtlasWords } from '../../contract/atlas.ts';
import type { PlacedWords } from '../library/atlas-rows.ts';
import { cellAt, cellKey } from './cells.ts';

/** Cells that words are counted in: of these levels, from all four quarters to small clusters. */
export const WORD_LEVELS = [1, 2, 3, 4, 5, 6] as const;
const FINEST = 6;
const MOST_WORDS = 3;
/** A cell of fewer portraits has no words of its own. */
const ENOUGH = 3;
/** How much more frequent than elsewhere a word has to be, and in what part of the cell it has to stand. */
const MORE_FREQUENT = 1.5;
const PART = 0.2;
const WORD = /\p{L}[\p{L}\p{M}\p{N}'’-]*/gu;
const SHORTEST = 3;

interface WordCounts {
  count: number;
  x: number;
  y: number;
  readonly words: Map<string, number>;
}

/** Counts words by cell. */
export class ClusterWords {
  readonly #finest = new Map<number, WordCounts>();
  #levels: ReadonlyMap<number, ReadonlyMap<number, AtlasWords>> | undefined;

  add({ x, y, words }: PlacedWords): void {
    const key = cellKey(x, y, FINEST);
    const cell = this.#finest.get(key) ?? { count: 0, x: 0, y: 0, words: new Map() };
    this.#finest.set(key, cell);
    cell.count += 1;
    cell.x += x;
    cell.y += y;
    for (const word of new Set(wordsOf(words))) {
      cell.words.set(word, (cell.words.get(word) ?? 0) + 1);
    }
    this.#levels = undefined;
  }

  /** The words of the cells between two corners, at the level nearest to the one asked for. */
  between(from: AtlasPoint, to: AtlasPoint, level: number): AtlasWords[] {
    this.#levels ??= new Map(WORD_LEVELS.map((each) => [each, this.#tell(each)]));
    const nearest = Math.min(FINEST, Math.max(WORD_LEVELS[0], level));
    const [left, top] = cellAt(from, nearest);
    const [right, bottom] = cellAt(to, nearest);
    return [...(this.#levels.get(nearest)?.values() ?? [])].filter(({ x, y }) => {
      const [column, row] = cellAt({ x, y }, nearest);
      return column >= left && column <= right && row >= top && row <= bottom;
    });
  }

  #tell(level: number): Map<number, AtlasWords> {
    const cells = merged([...this.#finest.values()], level);
    const all = sumOf([...cells.values()]);
    const told = [...cells].flatMap(([key, cell]) => {
      const words = tellingWords(cell, all);
      if (words.length === 0) return [];
      const { count, x, y } = cell;
      return [[key, { x: x / count, y: y / count, words, count }] as const];
    });
    return new Map(told);
  }
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  // Scripts without spaces between words have short ones.
  return words.filter((word) => word.length >= SHORTEST || !/^[\p{Script=Latin}]+$/u.test(word));
}

function merged(cells: readonly WordCounts[], level: number): Map<number, WordCounts> {
  const byCell = Map.groupBy(cells, ({ x, y, count }) => cellKey(x / count, y / count, level));
  return new Map([...byCell].map(([key, group]) => [key, sumOf(group)]));
}

function sumOf(cells: readonly WordCounts[]): WordCounts {
  const sum: WordCounts = { count: 0, x: 0, y: 0, words: new Map() };
  for (const cell of cells) {
    sum.count += cell.count;
    sum.x += cell.x;
    sum.y += cell.y;
    for (const [word, count] of cell.words) sum.words.set(word, (sum.words.get(word) ?? 0) + count);
  }
  return sum;
}

function tellingWords(cell: WordCounts, all: WordCounts): string[] {
  if (cell.count < ENOUGH) return [];
  const scores = [...cell.words].flatMap(([word, count]) => {
    const part = count / cell.count;
    const lift = part / ((all.words.get(word) ?? count) / all.count);
    return part >= PART && lift >= MORE_FREQUENT ? [{ word, score: part * Math.log(lift) }] : [];
  });
  const best = scores.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1));
  return best.slice(0, MOST_WORDS).map(({ word }) => word);
}
