import { tagKey } from '../../contract/arrange.ts';
import {
  isFilter,
  type FilterName,
  type FilterTerm,
  type Query,
  timeOfDay,
  type WordTerm,
} from '../../contract/query.ts';
import type { Condition, Conditional } from './columns.ts';
import { firstIdAt } from './ids.ts';

/** What a filter means for `generations AS g`. */
type Meaning = (term: FilterTerm) => Conditional;

/** Each filter of the search field. A new one is an entry here and one of `QUERY_FILTERS`. */
const CONDITIONS: Readonly<Record<FilterName, Meaning>> = {
  seed: compared('g.seed'),
  likelihood: compared('g.log_likelihood'),
  score: compared('g.clip_score'),
  size: compared('max(g.width, g.height)'),
  pack: ({ value }) => {
    const [id = '', version] = value.split('@');
    if (version === undefined) return ['g.pack_id = ?', id];
    return ['g.pack_id = ? AND g.pack_version = ?', id, version];
  },
  prompt: ({ value }) => matching(`prompt : ${phraseOf(value)}`),
  before: ({ value }) => ['g.id < ?', firstIdAt(timeOfDay(value))],
  after: ({ value }) => ['g.id >= ?', firstIdAt(timeOfDay(value))],
  day: ({ value }) => ['g.id >= ? AND g.id < ?', ...localSpan(value).map(firstIdAt)],
  words: ({ value }) => ['g.prompt = ?', value],
  family: ({ value }) => [
    `g.id IN (WITH RECURSIVE kin(id) AS (
       VALUES (?)
       UNION SELECT p.parent FROM kin JOIN generations AS c ON c.id = kin.id
         JOIN parents AS p ON p.child = c.seq
       UNION SELECT c.id FROM kin JOIN parents AS p ON p.parent = kin.id
         JOIN generations AS c ON c.seq = p.child
     ) SELECT id FROM kin)`,
    value.toLowerCase(),
  ],
  rating: compared('g.rating'),
  label: ({ value }) => ['g.color = ?', value.toLowerCase()],
  tag: ({ value }) => [
    `g.seq IN (SELECT generation FROM generation_tags WHERE tag IN
       (SELECT tag FROM (SELECT DISTINCT tag FROM generation_tags) WHERE fold(tag) = ?))`,
    tagKey(value),
  ],
  board: ({ value }) => [
    `g.seq IN (SELECT generation FROM board_generations AS p JOIN boards AS b ON b.id = p.board
       WHERE fold(b.name) = ?)`,
    tagKey(value),
  ],
  kind: ({ value }) => ["json_extract(g.source, '$.kind') = ?", value.toLowerCase()],
  has: chosen({
    parent: 'EXISTS (SELECT 1 FROM parents WHERE child = g.seq)',
    child: 'EXISTS (SELECT 1 FROM parents WHERE parent = g.id)',
    seed: 'g.seed IS NOT NULL',
    words: "g.prompt <> ''",
    note: "g.note <> ''",
  }),
  is: chosen({ starred: 'g.starred = 1', trashed: 'g.trashed_at IS NOT NULL' }),
};

/** What the filters of a query and the words that it does not want leave. */
export function filterConditions(query: Query): Condition[] {
  return query.map((term) => {
    const condition = isFilter(term) ? CONDITIONS[term.name](term) : wordCondition([term]);
    if (!isFilter(term) && !term.negated) return false;
    if (condition === false || !term.negated) return condition;
    const [sql, ...values] = condition;
    // Not simply NOT: what is not known is not what is not wanted.
    return [`(${sql}) IS NOT TRUE`, ...values];
  });
}

/** Portraits in which every word and phrase of a query stands; false where it has none that could. */
export function exactWordsCondition(query: Query): Condition {
  return wordCondition(query.filter((term) => !isFilter(term)).filter(({ negated }) => !negated));
}

/** Filters by what stands in other rows than the portrait's own. */
const BY_OTHER_ROWS: readonly FilterName[] = ['board', 'has', 'family'];

/** Whether what a query finds changes with the portraits themselves alone. */
export function isOfRow(query: Query): boolean {
  return !query.some((term) => isFilter(term) && BY_OTHER_ROWS.includes(term.name));
}

/** Whether a query asks for the trash: else portraits in it are left out. */
export function asksForTrash(query: Query): boolean {
  return query.some(
    (term) =>
      isFilter(term) &&
      term.name === 'is' &&
      term.value.toLowerCase() === 'trashed' &&
      !term.negated,
  );
}

/** From the first moment of a day, a month or a year to that of the next, by the clock of the machine. */
function localSpan(day: string): [from: number, until: number] {
  const [year = 0, month, date] = day.split('-').map(Number);
  const from = new Date(year, (month ?? 1) - 1, date ?? 1);
  const until = new Date(from);
  if (date !== undefined) until.setDate(date + 1);
  else if (month !== undefined) until.setMonth(month);
  else until.setFullYear(year + 1);
  return [from.getTime(), until.getTime()];
}

function wordCondition(terms: readonly WordTerm[]): Condition {
  const phrases = terms.filter(({ text }) => /[\p{L}\p{N}]/u.test(text)).map(toMatch);
  return phrases.length > 0 && matching(phrases.join(' AND '));
}

/** A word that ends in a star is the beginning of one. */
function toMatch({ kind, text }: WordTerm): string {
  const isBeginning = kind === 'word' && text.endsWith('*');
  return isBeginning ? `${phraseOf(text.slice(0, -1))} *` : phraseOf(text);
}

/** As FTS5 takes a text that means nothing to its own language. */
function phraseOf(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function matching(match: string): Conditional {
  return ['g.seq IN (SELECT rowid FROM portrait_words WHERE portrait_words MATCH ?)', match];
}

function compared(expression: string): Meaning {
  return ({ comparison, value }) => [
    `${expression} ${comparison === ':' ? '=' : comparison} ?`,
    Number(value),
  ];
}

function chosen(choices: Readonly<Record<string, string>>): Meaning {
  return ({ value }) => [choices[value.toLowerCase()] ?? 'FALSE'];
}
