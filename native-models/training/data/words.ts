/**
 * The words that captions are made of, from the text files in `words/`.
 *
 * A file holds tables. `[name]` opens one; each of its entries is `key: word | word *3 | …`, where `*3` makes a word three
 * times as frequent. Indented lines go on with the entry before them; lines that start with # are remarks.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Words = readonly string[];

/** @throws Error on a line that is none of these, and where a table or an entry comes twice */
export function parseTables(text: string): Record<string, Record<string, Words>> {
  const tables: Record<string, Record<string, Words>> = {};
  let table: Record<string, Words> | undefined;
  for (const line of joinedLines(text)) {
    const [, name] = /^\[([\w.]+)\]$/.exec(line) ?? [];
    const [, key, words] = /^([^:]+): (.+)$/.exec(line) ?? [];
    if (name !== undefined) table = add(tables, name, {});
    else if (table && key !== undefined && words !== undefined) add(table, key, parseWords(words));
    else throw new Error(`Neither a table nor an entry: ${line}`);
  }
  return tables;
}

/** Without remarks, and with indented lines joined to the entry before them. */
function joinedLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.join('\n').replace(/\n +/g, ' ').split('\n');
}

function add<T>(record: Record<string, T>, key: string, value: T): T {
  if (Object.hasOwn(record, key)) throw new Error(`Comes twice: ${key}`);
  record[key] = value;
  return value;
}

function parseWords(text: string): Words {
  return text.split('|').flatMap((part) => {
    const [, word = '', times = '1'] = /^(.*?)(?: \*(\d+))?$/.exec(part.trim()) ?? [];
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
