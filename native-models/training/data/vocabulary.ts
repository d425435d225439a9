/** All words that captions are made of, and how late ones join them. */
import { z } from 'zod';
import { colourNames, completeColourNames } from './colour-names.ts';
import { colourPlaces, palettes, personas } from './palettes.ts';
import type { ColourPlace } from './palettes.ts';
import { expressions, styleNames } from './styles.ts';
import { readWords } from './words.ts';
import type { Words } from './words.ts';

/** None is empty: a stray bar would else say nothing. */
const words = z.array(z.string().min(1)).readonly();
const table = z.record(z.string(), words);

/** A table that has words for each of these keys, and for no others. */
const tableOf = <Key extends string>(keys: readonly Key[]) => z.record(z.enum(keys), words);

const paletteOf = (...places: readonly ColourPlace[]) =>
  tableOf([...new Set(places.flatMap((place) => palettes[place].map(({ name }) => name)))]);

/** A list, which stands in a file as a table with the one key "any". */
const list = tableOf(['any']);

const hairColours = paletteOf('hair');
const plainColours = paletteOf('clothing', 'background', 'accessory');
const beards = tableOf(['beard', 'long beard', 'moustache', 'goatee', 'stubble']);
const glasses = tableOf(['round glasses', 'square glasses', 'sunglasses', 'eyepatch']);
const lengths = tableOf(['short', 'medium', 'long']);
const missing = tableOf(['glasses', 'beard', 'headwear', 'earrings']);
const absentThings = [
  'glasses',
  'beard',
  'headwear',
  'baldness',
  'hair',
  'longHair',
  'shortHair',
  'earrings',
  'smile',
] as const;
/** What a caption can say is not there. */
export type AbsentThing = (typeof absentThings)[number];

/** What a sentence of its own can be about. */
const statements = tableOf([
  'has',
  'hair',
  'dyed',
  'grown',
  'wears',
  'headgear',
  'garment',
  'expression',
  'skin',
  'background',
]);
export type StatementKind = keyof z.infer<typeof statements>;

/** Each with keys such as "hair red", and "absent glasses" of who has none. */
const languages = {
  german: table,
  french: table,
  spanish: table,
  italian: table,
  portuguese: table,
};
export const languageNames = ['german', 'french', 'spanish', 'italian', 'portuguese'] as const;

/** What no caption may lack. `nouns`, `described` and `tags` have keys such as "hair red": a kind of label and its value. */
const own = {
  ...readWords('expressions', {
    ...{ adjectives: tableOf(expressions), faces: tableOf(expressions) },
    ...{ eyes: table, extras: table },
  }),
  ...readWords('hair', {
    ...{ hairColours, hairKinds: table, hairThings: table },
    ...{ hairLengths: lengths, hairFalls: lengths, hairCuts: lengths, baldness: tableOf(['bald']) },
  }),
  ...readWords('face', {
    ...{ glasses, glassesClauses: glasses, beards },
    earrings: tableOf(['hoop earrings', 'stud earrings']),
  }),
  ...readWords('tags', { tags: table, colourTags: tableOf(colourPlaces) }),
  ...readWords('languages', languages),
  ...readWords('headwear', {
    headwear: tableOf(['hat', 'hijab', 'turban', 'beanie', 'cap', 'headband']),
  }),
  ...readWords('clothes', {
    ...{ garments: list, garmentAdjectives: list, outfits: list, backgrounds: list },
  }),
  ...readWords('colours', { plainColours }),
  ...readWords('people', {
    ...{ subjects: tableOf(personas), skins: paletteOf('skin'), skinned: paletteOf('skin') },
    ...{ anybody: list, personalities: list, settings: list, requests: list },
    ...{ nouns: table, described: table },
  }),
  ...readWords('styles', {
    ...{ styleBefore: tableOf(styleNames), styleAfter: tableOf(styleNames) },
    ...{ monochromeBefore: table, monochromeAfter: table },
  }),
  ...readWords('sentences', {
    ...{ statements, hairAlike: hairColours, plainAlike: plainColours },
  }),
  ...readWords('absent', {
    absences: tableOf(absentThings),
    missing,
    without: list,
    notWorn: list,
  }),
};
export type Vocabulary = typeof own & { colourNames: typeof colourNames };

export const vocabulary: Vocabulary = { ...own, colourNames };

/** So many late words that one in four of a list is one. */
function enough(late: Words, others: Words): Words {
  const times = Math.max(1, Math.round(others.length / (3 * late.length)));
  return Array.from({ length: times }, () => late).flat();
}

/** A table's late words: of its own keys, but that anybody may get another name. */
const lateTable = (name: string, entries: object) =>
  ['nouns', 'described'].includes(name)
    ? table
    : z.partialRecord(z.enum(Object.keys(entries)), words);

/** With the words that evaluation holds back, which CLIP is taught last. */
function withLateWords(): Vocabulary {
  const tables = Object.entries(own) as [string, Record<string, Words>][];
  const shape = tables.map(([name, entries]) => [name, lateTable(name, entries).optional()]);
  const late = readWords('late', Object.fromEntries(shape) as z.ZodRawShape);
  const joined = tables.map(([name, entries]) => {
    const more = Object.entries((late[name] ?? {}) as Record<string, Words>);
    const grown = more.map(([key, words]) => {
      const others = entries[key] ?? [];
      return [key, [...others, ...enough(words, others)]];
    });
    return [name, { ...entries, ...Object.fromEntries(grown) }];
  });
  return { ...(Object.fromEntries(joined) as typeof own), colourNames: completeColourNames };
}

export const completeVocabulary = withLateWords();
