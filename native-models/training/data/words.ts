/**
 * The words that captions are made of, from the text files in `words/`.
 *
 * A file holds tables. `[name]` opens one; each of its entries is `key: word | word *3 | …`, where `*3` makes a word three
 * times as frequent. Indented lines go on with the entry before them; lines that start with # are remarks.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Words = readonly string[];

/** @throws Error on a line that is none of these */
export function parseTables(text: string): Record<string, Record<string, Words>> {
  const tables: Record<string, Record<string, Words>> = {};
  let table: Record<string, Words> | undefined;
  for (const line of text.replace(/\n +/g, ' ').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name] = /^\[([\w.]+)\]$/.exec(line) ?? [];
    const [, key, words] = /^([^:]+): (.+)$/.exec(line) ?? [];
    if (name !== undefined) table = tables[name] = {};
    else if (table && key !== undefined && words !== undefined) table[key] = parseWords(words);
    else throw new Error(`Neither a table nor an entry: ${line}`);
  }
  return tables;
}

function parseWords(text: string): Words {
  return text.split('|').flatMap((part) => {
    const [, word = '', times = '1'] = /^\s*(.+?)(?: \*(\d+))?\s*$/.exec(part) ?? [];
    return Array.from({ length: Number(times) }, () => word);
  });
}

/**
 * The tables of a file of `words/`.
 *
 * @throws Error where one is not what `shape` says: where a table or one of its keys is missing or unknown
 */
export function readWords<Shape extends z.ZodRawShape>(file: string, shape: Shape) {
  const text = readFileSync(new URL(`words/${file}.txt`, import.meta.url), 'utf8');
  return z.strictObject(shape).parse(parseTables(text));
}
