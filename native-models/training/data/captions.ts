/** Says what a portrait shows, in many of the ways in which an artist might ask for it. */
import { Phrases, bare, isSaid, listed, shuffled, withArticle } from './phrases.ts';
import type { Kind } from './phrases.ts';
import type { Random } from './random.ts';
import type { Portrait } from './sample.ts';
import { completeVocabulary, vocabulary } from './vocabulary.ts';

/** What a caption can speak of. */
type Topic =
  | 'hair'
  | 'beard'
  | 'glasses'
  | 'earrings'
  | 'skin'
  | 'headwear'
  | 'clothing'
  | 'expression'
  | 'eyes'
  | 'extra'
  | 'background'
  | 'style'
  | 'absent'
  | 'looks';

export interface Caption {
  readonly text: string;
  /** What the text tells of its portrait. */
  readonly said: readonly Kind[];
}

/** "a orange beanie" → "an orange beanie". */
const mendArticles = (text: string): string => text.replace(/\ba (?=[aeiou](?!ser\b))/g, 'an ');

/** How often a caption says things that no portrait shows: artists do, and they are to change nothing. */
const idleShare = 0.12;

/** How likely a topic is mentioned, beside the others. */
const emphasis: Partial<Record<Topic, number>> = {
  hair: 1.3,
  beard: 1.3,
  glasses: 1.3,
  headwear: 1.3,
  skin: 0.6,
  style: 0.6,
};

/** One caption in which each thing to be seen is mentioned with this probability; 1 mentions all. */
export function caption(
  portrait: Portrait,
  random: Random,
  detail: number,
  allWords = false,
): Caption {
  const mentions = (topic: Topic): boolean => {
    if (topic === 'absent' || topic === 'looks') return random.chance(0.12);
    return detail === 1 || random.chance(detail * (emphasis[topic] ?? 1));
  };
  return compose(portrait, random, { mentions, nounShare: 0.03, allWords });
}

/** What a prompt of few words is about. */
const briefTopics: readonly Topic[] = [
  'hair',
  'hair',
  'beard',
  'glasses',
  'skin',
  'headwear',
  'clothing',
  'expression',
  'background',
  'style',
  'looks',
  'absent',
  'absent',
  'eyes',
  'earrings',
];

/** How often a brief caption is bare words, and how often it is about colours alone. */
const tagShare = 0.25;
const colourShare = 0.15;
const foreignShare = 0.1;
/** How often the few portraits are called so that are black and white. */
const monochromeShare = 0.5;

/** One caption of few words, about one to three things. */
export function briefCaption(portrait: Portrait, random: Random, allWords = false): Caption {
  const form = random.next();
  if (form < tagShare) return tagCaption(portrait, random, allWords);
  if (form < tagShare + colourShare) return colourCaption(portrait, random, allWords);
  if (form < tagShare + colourShare + foreignShare)
    return foreignCaption(portrait, random, allWords);
  const count = 1 + random.weighted([6, 3, 1]);
  const about = new Set(shuffled(briefTopics, random).slice(0, count));
  const { isMonochrome } = new Phrases(portrait, random, vocabulary);
  if (isMonochrome && random.chance(monochromeShare)) about.add('style');
  const mentions = (topic: Topic): boolean => about.has(topic);
  return compose(portrait, random, { mentions, nounShare: 0.15, allWords });
}

const complete = (says: Phrases, text: string): Caption => {
  const whole = mendArticles(says.inPerson(text));
  return { text: whole, said: says.said };
};

/** "man, beard", "hat", "glasses red background no beard". */
export function tagCaption(portrait: Portrait, random: Random, allWords = false): Caption {
  const says = new Phrases(portrait, random, allWords ? completeVocabulary : vocabulary);
  const tags = says.tags(1 + random.weighted([4, 3, 2, 1]));
  if (tags.length === 0 || random.chance(0.3)) tags.unshift(bare(says.subject()));
  const order = random.chance(0.5) ? shuffled(tags, random) : tags;
  return complete(
    says,
    order.join(random.pick([', ', ', ', ', ', ' ', ' and ', '; ', ' + ', '. '])),
  );
}

/** "blue hair, red shirt, yellow background", "a woman with blue hair and yellow glasses". */
export function colourCaption(portrait: Portrait, random: Random, allWords = false): Caption {
  const says = new Phrases(portrait, random, allWords ? completeVocabulary : vocabulary);
  const tags = says.colourTags(2 + random.weighted([3, 3, 2]));
  if (random.chance(0.5)) return complete(says, tags.join(random.pick([', ', ', ', ' ', ' and '])));
  const who = withArticle(says.subject());
  return complete(says, `${who} ${random.pick(['with', 'with', ':', '-'])} ${listed(tags)}`);
}

/** "Frau, rote Haare, Brille". */
export function foreignCaption(portrait: Portrait, random: Random, allWords = false): Caption {
  const says = new Phrases(portrait, random, allWords ? completeVocabulary : vocabulary);
  const tags = says.foreignTags(1 + random.weighted([3, 3, 2]));
  return complete(says, tags.join(random.pick([', ', ', ', ' '])));
}

interface Choices {
  readonly mentions: (topic: Topic) => boolean;
  /** How often a person is named by their looks. */
  readonly nounShare: number;
  /** Also those that evaluation asks for as long as no caption has had them. */
  readonly allWords: boolean;
}

function somebody(says: Phrases, random: Random, nounShare: number): string {
  const who = random.chance(nounShare) ? says.noun() : says.subject();
  return random.chance(idleShare / 2) ? `${says.personality()} ${who}` : who;
}

/** "a baker, she dyed her hair blue. put her in a red jumper": nothing where there is nothing to be said. */
function inSentences(
  says: Phrases,
  random: Random,
  mentions: Choices['mentions'],
  nounShare: number,
): string {
  const topics = Object.entries(says.sentence) as [keyof Phrases['sentence'], () => string][];
  const sentences = shuffled(topics, random)
    .map(([topic, words]) => (mentions(topic) ? words() : ''))
    .concat(mentions('absent') ? says.absent() : '', mentions('style') ? says.style(false) : '')
    .filter(isSaid);
  if (sentences.length === 0) return '';
  if (random.chance(idleShare)) sentences.push(says.setting());
  const who = random.chance(0.7) ? withArticle(somebody(says, random, nounShare)) : '';
  const request = who !== '' && random.chance(2 * idleShare) ? `${says.request()} ` : '';
  const [head = '', ...rest] = [`${request}${who}`, ...sentences].filter(isSaid);
  return rest.reduce(
    (text, one) => text + random.pick([', ', '. ', '; ', ', and ', ' - ']) + one,
    head,
  );
}

function compose(
  portrait: Portrait,
  random: Random,
  { mentions, nounShare, allWords }: Choices,
): Caption {
  const says = new Phrases(portrait, random, allWords ? completeVocabulary : vocabulary);
  const maybe = (topic: Topic, words: () => string): string => (mentions(topic) ? words() : '');
  const finish = (text: string): Caption => complete(says, text);
  if (random.chance(0.25)) {
    const text = inSentences(says, random, mentions, nounShare);
    if (text !== '') return finish(text);
  }
  const expressionFirst = random.chance(0.5);
  const glassesLast = random.chance(0.15);
  const outfitLast = random.chance(0.4);
  const has = shuffled(
    [
      maybe('hair', () => says.hair()),
      maybe('beard', () => says.beard()),
      glassesLast ? '' : maybe('glasses', () => says.glasses()),
      maybe('earrings', () => says.earrings()),
      maybe('skin', () => says.skin()),
    ].filter(isSaid),
    random,
  );
  const wears = shuffled(
    [
      maybe('headwear', () => says.headwear()),
      outfitLast ? '' : maybe('clothing', () => says.clothing()),
    ].filter(isSaid),
    random,
  );
  const expression = maybe('expression', () => (expressionFirst ? says.expression() : says.face()));
  const seen = [
    maybe('eyes', () => says.eyes()),
    maybe('extra', () => says.extra()),
    glassesLast ? maybe('glasses', () => says.glassesClause()) : '',
    outfitLast ? maybe('clothing', () => says.outfit()) : '',
  ];
  const absent = maybe('absent', () => says.absent());
  const background = maybe('background', () => says.background());
  const hasStyle = mentions('style');
  const subject = (): string => somebody(says, random, nounShare);
  const setting = random.chance(idleShare) ? says.setting() : '';

  if (random.chance(0.2)) {
    const style = hasStyle ? says.style(false) : '';
    const keywords = [
      expression,
      ...has,
      ...wears,
      ...seen,
      background,
      absent,
      style,
      setting,
    ].filter(isSaid);
    if (keywords.length > 0) {
      const first = random.chance(0.5) ? [subject()] : [];
      return finish([...first, ...shuffled(keywords, random)].join(', '));
    }
  }
  const looks = maybe('looks', () => says.looks());
  const who = withArticle(
    [expressionFirst ? expression : '', looks, subject()].filter(isSaid).join(' '),
  );
  const styleLast = hasStyle && random.chance(0.5);
  const drawn = hasStyle && !styleLast ? `${says.style(true)} ${who}` : who;
  const clauses = [
    random.chance(idleShare) ? `${says.request()} ${drawn}` : drawn,
    has.length > 0 ? `${random.pick(['with', 'with', 'with', 'who has'])} ${listed(has)}` : '',
    wears.length > 0
      ? `${random.pick(['wearing', 'in', 'wearing', 'dressed in', 'who wears'])} ${listed(wears)}`
      : '',
    expressionFirst ? '' : expression,
    ...shuffled([...seen, setting], random),
    absent,
    background,
    styleLast ? says.style(false) : '',
  ].filter(isSaid);
  const [head = '', ...rest] = clauses;
  return finish(
    rest.reduce((text, clause) => text + (random.chance(0.5) ? ', ' : ' ') + clause, head),
  );
}
