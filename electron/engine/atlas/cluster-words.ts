/**
 * Words on clusters: what is frequent among the prompts and tags of the portraits of a cell, and stands in few of the
 * others (TF-IDF over cells: Spärck Jones, "A statistical interpretation of term specificity", 1972).
 */
import type { AtlasPoint, AtlasWords } from '../../contract/atlas.ts';
import type { PlacedWords } from '../library/atlas-rows.ts';
import { cellAt, cellKey } from './cells.ts';
import { FUNCTION_WORDS } from './function-words.ts';

/** Levels whose cells words are counted in: from all four quarters to small clusters. */
const [COARSEST, FINEST] = [1, 6];
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
  /** What was told of each level, since words were last added. */
  readonly #told = new Map<number, readonly AtlasWords[]>();

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
    this.#told.clear();
  }

  /** The words of the cells between two corners, at the level nearest to the one asked for. */
  between(from: AtlasPoint, to: AtlasPoint, level: number): AtlasWords[] {
    const nearest = Math.min(FINEST, Math.max(COARSEST, level));
    const told = this.#told.get(nearest) ?? this.#tell(nearest);
    this.#told.set(nearest, told);
    const [left, top] = cellAt(from, nearest);
    const [right, bottom] = cellAt(to, nearest);
    return told.filter(({ x, y }) => {
      const [column, row] = cellAt({ x, y }, nearest);
      return column >= left && column <= right && row >= top && row <= bottom;
    });
  }

  #tell(level: number): AtlasWords[] {
    const finest = [...this.#finest.values()];
    const all = sumOf(finest);
    const cells = merged(finest, level);
    const spread = { cells: cells.length, of: cellsWith(cells) };
    return cells.flatMap((cell) => {
      const words = tellingWords(cell, all, spread);
      const { count, x, y } = cell;
      return words.length === 0 ? [] : [{ x: x / count, y: y / count, words, count }];
    });
  }
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  // Scripts without spaces between words have short ones.
  return words.filter(
    (word) =>
      !FUNCTION_WORDS.has(word) &&
      (word.length >= SHORTEST || !/^[\p{Script=Latin}]+$/u.test(word)),
  );
}

/** How many cells there are, and in how many of them a word stands. */
interface Spread {
  readonly cells: number;
  readonly of: ReadonlyMap<string, number>;
}

function cellsWith(cells: readonly WordCounts[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of cells.flatMap(({ words }) => [...words.keys()])) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function merged(cells: readonly WordCounts[], level: number): WordCounts[] {
  const byCell = Map.groupBy(cells, ({ x, y, count }) => cellKey(x / count, y / count, level));
  return [...byCell.values()].map(sumOf);
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

function tellingWords(cell: WordCounts, all: WordCounts, spread: Spread): string[] {
  if (cell.count < ENOUGH) return [];
  const scores = [...cell.words].flatMap(([word, count]) => {
    const part = count / cell.count;
    const lift = part / ((all.words.get(word) ?? count) / all.count);
    // Of all cells, of which each word stands in one at least.
    const rarity = Math.log((spread.cells + 1) / (spread.of.get(word) ?? 1));
    return part >= PART && lift >= MORE_FREQUENT ? [{ word, score: part * rarity }] : [];
  });
  const best = scores.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1));
  return best.slice(0, MOST_WORDS).map(({ word }) => word);
}
