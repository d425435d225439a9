/** Says what a portrait shows, in many of the ways in which an artist might ask for it. */
import { palettes } from './palettes.ts';
import type { ColourPlace } from './palettes.ts';
import type { Random } from './random.ts';
import { meaningOf, styleOf } from './sample.ts';
import type { Portrait } from './sample.ts';
import type { Meaning } from './styles.ts';
import { completeVocabulary, vocabulary } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Words } from './words.ts';

/** Everything a caption can tell: of the drawing, of the person, and of its colours. */
export type Kind = 'style' | 'persona' | keyof Meaning | ColourPlace;

/** What a caption can speak of. */
type Topic =
  | 'hair'
  | 'beard'
  | 'glasses'
  | 'earrings'
  | 'skin'
  | 'headwear'
  | 'clothing'
  | 'mood'
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

const fill = (template: string, word: string): string =>
  template.replace('{}', word).replace(/ {2,}/g, ' ').trim();

const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** "a orange beanie" → "an orange beanie". */
const mendArticles = (text: string): string => text.replace(/\ba (?=[aeiou](?!ser\b))/g, 'an ');

class Captioner {
  readonly #portrait: Portrait;
  readonly #random: Random;
  readonly #sees: Meaning;
  readonly #words: Vocabulary;
  readonly #said = new Set<Kind>();

  constructor(portrait: Portrait, random: Random, words: Vocabulary) {
    this.#portrait = portrait;
    this.#random = random;
    this.#words = words;
    this.#sees = meaningOf(portrait);
  }

  /** What has been told so far. */
  get said(): Kind[] {
    return [...this.#said];
  }

  /** Words for something that can be seen, which is thereby said. */
  #tell(kind: Kind, words: Words | undefined): string {
    if (!words) return '';
    this.#said.add(kind);
    return this.#random.pick(words);
  }

  #colourName(place: ColourPlace): string {
    return palettes[place][this.#portrait.named[place]]?.name ?? '';
  }

  /** Whether this style shows the colour of a place. */
  #paints(place: ColourPlace): boolean {
    return Object.values(styleOf(this.#portrait).paints).includes(place);
  }

  /** A word for the colour of something, or nothing in one case of three. */
  #maybeColour(place: ColourPlace): string {
    return this.#random.chance(0.67) ? this.#colour(place) : '';
  }

  /** A word for the colour of something: one of the usual ones, or one of the many that people use. */
  #colour(place: ColourPlace): string {
    const name = this.#colourName(place);
    const usual = (place === 'hair' ? this.#words.hairColours : this.#words.plainColours)[name];
    const rare = this.#words.colourNames[place][name];
    return this.#tell(place, rare && this.#random.chance(0.5) ? rare : usual);
  }

  /** What is seen of a kind; nothing where there is nothing to see. */
  #value(kind: Kind): string {
    if (kind === 'hair') {
      const isSeen = this.#sees.hairLength !== 'covered' && this.#sees.hairLength !== 'bald';
      return isSeen ? this.#colourName('hair') : '';
    }
    return this.#sees[kind as keyof Meaning] ?? '';
  }

  /** One of the words that a table has for what is seen, if it has any. */
  #oneOf(table: Readonly<Record<string, Words>>): string {
    const fitting = (['hair', ...Object.keys(this.#sees)] as Kind[]).flatMap((kind) => {
      const found = table[`${kind} ${this.#value(kind)}`];
      return found ? [{ kind, found }] : [];
    });
    if (fitting.length === 0) return '';
    const { kind, found } = this.#random.pick(fitting);
    return this.#tell(kind, found);
  }

  style(before: boolean): string {
    return this.#tell(
      'style',
      (before ? this.#words.styleBefore : this.#words.styleAfter)[this.#portrait.style],
    );
  }

  /** Age and sex are said only where the drawing shows some sign of them. */
  subject(): string {
    const { persona } = this.#portrait;
    const greyShows = this.#sees.hairLength !== 'covered' && this.#sees.hairLength !== 'bald';
    const ageShows =
      greyShows || this.#sees.wrinkles !== undefined || this.#sees.beard !== undefined;
    const { subjects, anybody } = this.#words;
    if (this.#random.chance(0.25)) return this.#random.pick(anybody.any);
    if (persona === 'old woman' && !ageShows) return this.#random.pick(subjects.woman);
    if (persona === 'old man' && !ageShows) return this.#random.pick(subjects.man);
    return this.#tell('persona', subjects[persona]);
  }

  /** "a blonde", "a wizard": somebody named by how they look; like `subject` where there is no such name. */
  noun(): string {
    const word = this.#oneOf(this.#words.nouns);
    return word === '' ? this.subject() : word;
  }

  /** "red-haired", "dark-skinned", "turbaned": what is said of the person before the noun. */
  looks(): string {
    const { hairLength } = this.#sees;
    if (this.#random.chance(0.4)) {
      const word = this.#oneOf(this.#words.described);
      if (word !== '') return word;
    }
    if (hairLength === 'covered' || this.#random.chance(0.34)) {
      return this.#tell('skin', this.#words.skinned[this.#colourName('skin')]);
    }
    if (hairLength === 'bald') return this.#tell('hairLength', ['bald', 'bald-headed']);
    if (hairLength === 'medium' || hairLength === undefined || this.#random.chance(0.5)) {
      return `${this.#colour('hair')}-haired`;
    }
    return this.#tell('hairLength', [`${hairLength}-haired`]);
  }

  mood(): string {
    const { expression } = this.#sees;
    return this.#tell('expression', expression && this.#words.adjectives[expression]);
  }

  face(): string {
    const { expression } = this.#sees;
    return this.#tell('expression', expression && this.#words.faces[expression]);
  }

  hair(): string {
    const { hairLength, hairKind } = this.#sees;
    if (hairLength === 'covered' || hairLength === undefined) return '';
    if (hairKind === 'balding')
      return this.#tell('hairKind', ['balding', 'thinning hair', 'a receding hairline']);
    if (hairLength === 'bald') return this.#tell('hairLength', this.#words.baldness.bald);
    // Now and then without a colour: somebody who asks for long hair need not care for one.
    const colour = this.#random.chance(0.75) ? this.#colour('hair') : '';
    const thing = this.#words.hairThings[hairKind ?? ''];
    if (thing && this.#random.chance(0.75)) return fill(this.#tell('hairKind', thing), colour);
    if (this.#random.chance(0.2))
      return fill(this.#tell('hairLength', this.#words.hairCuts[hairLength]), colour);
    const kind = this.#random.chance(0.4)
      ? this.#tell('hairKind', this.#words.hairKinds[hairKind ?? ''])
      : '';
    const mustSayLength = colour === '' && kind === '';
    if (this.#random.chance(mustSayLength ? 0.5 : 0.25)) {
      const falls = this.#tell('hairLength', this.#words.hairFalls[hairLength]);
      return fill(`${kind} ${colour} hair ${falls}`, '');
    }
    const saysLength = mustSayLength || this.#random.chance(0.6);
    const length = saysLength ? this.#tell('hairLength', this.#words.hairLengths[hairLength]) : '';
    const words = this.#random.chance(0.5) ? [length, kind, colour] : [length, colour, kind];
    return fill(`${words.join(' ')} hair`, '');
  }

  beard(): string {
    const { beard } = this.#sees;
    if (!beard) return '';
    const hairCovered = this.#sees.hairLength === 'covered' || this.#sees.hairLength === 'bald';
    const colour = hairCovered || this.#random.chance(0.4) ? this.#maybeColour('hair') : '';
    return fill(this.#tell('beard', this.#words.beards[beard]), colour);
  }

  glasses(): string {
    const { glasses: worn } = this.#sees;
    if (!worn) return '';
    const isColoured = this.#paints('accessory') && this.#random.chance(0.3);
    const colour = isColoured ? this.#maybeColour('accessory') : '';
    return fill(this.#tell('glasses', this.#words.glasses[worn]), colour);
  }

  /** What somebody with glasses is doing, where `glasses` says what they have. */
  glassesClause(): string {
    const { glasses: worn } = this.#sees;
    return worn === undefined ? '' : this.#tell('glasses', this.#words.glassesClauses[worn]);
  }

  headwear(): string {
    const { headwear: worn } = this.#sees;
    if (!worn) return '';
    const place = this.#portrait.style === 'avataaars' ? 'accessory' : 'hair';
    const isColoured = this.#portrait.style !== 'personas' && this.#random.chance(0.5);
    const colour = isColoured ? this.#maybeColour(place) : '';
    return fill(this.#tell('headwear', this.#words.headwear[worn]), colour);
  }

  eyes(): string {
    return this.#tell('eyes', this.#words.eyes[this.#sees.eyes ?? '']);
  }

  extra(): string {
    return this.#tell('extra', this.#words.extras[this.#sees.extra ?? '']);
  }

  earrings(): string {
    const { earrings } = this.#sees;
    return this.#tell('earrings', earrings && [earrings, 'earrings']);
  }

  skin(): string {
    const shade = this.#tell('skin', this.#words.skins[this.#colourName('skin')]);
    return this.#random.chance(0.8) ? `${shade} skin` : withArticle(`${shade} complexion`);
  }

  clothing(): string {
    if (!this.#paints('clothing')) return '';
    const colour = this.#colour('clothing');
    const { garment } = this.#sees;
    const isNamed = garment !== undefined && this.#random.chance(0.4);
    if (isNamed) return withArticle(`${colour} ${this.#tell('garment', [garment])}`);
    const { garments, garmentAdjectives } = this.#words;
    const made = this.#random.chance(0.15) ? this.#random.pick(garmentAdjectives.any) : '';
    const words = this.#random.chance(0.5) ? [made, colour] : [colour, made];
    return withArticle([...words, this.#random.pick(garments.any)].filter(isSaid).join(' '));
  }

  /** What somebody is dressed in, said as a whole. */
  outfit(): string {
    if (!this.#paints('clothing')) return '';
    return fill(this.#random.pick(this.#words.outfits.any), this.#colour('clothing'));
  }

  background(): string {
    return fill(this.#random.pick(this.#words.backgrounds.any), this.#colour('background'));
  }

  /** What people say of somebody that no drawing shows. */
  personality(): string {
    return this.#random.pick(this.#words.personalities.any);
  }

  /** Where somebody is, or what the portrait is for: nothing that it shows. */
  setting(): string {
    return this.#random.pick(this.#words.settings.any);
  }

  /** "draw me", before what is to be drawn. */
  request(): string {
    return this.#random.pick(this.#words.requests.any);
  }

  /** What is *not* there, said as people say it. */
  absent(): string {
    const absent = (['glasses', 'beard', 'headwear'] as const).filter(
      (kind) => this.#value(kind) === '',
    );
    if (absent.length === 0) return '';
    const kind = this.#random.pick(absent);
    if (this.#random.chance(0.4)) return this.#tell(kind, this.#words.absences[kind]);
    const { without, notWorn, missing } = this.#words;
    const templates = kind === 'beard' ? without.any : [...without.any, ...notWorn.any];
    return fill(this.#random.pick(templates), this.#tell(kind, missing[kind]));
  }
}

const isSaid = (part: string): boolean => part !== '';

/** "a, b and c". */
function listed(parts: Words): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(Math.floor(random.next() * rest.length), 1));
  return out;
}

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
  'mood',
  'background',
  'style',
  'looks',
  'absent',
  'absent',
  'eyes',
];

/** One caption of few words, about one to three things. */
export function briefCaption(portrait: Portrait, random: Random, allWords = false): Caption {
  const count = 1 + random.weighted([6, 3, 1]);
  const about = new Set(shuffled(briefTopics, random).slice(0, count));
  const mentions = (topic: Topic): boolean => about.has(topic);
  return compose(portrait, random, { mentions, nounShare: 0.15, allWords });
}

interface Choices {
  readonly mentions: (topic: Topic) => boolean;
  /** How often a person is named by their looks. */
  readonly nounShare: number;
  /** Also those that evaluation asks for as long as no caption has had them. */
  readonly allWords: boolean;
}

function compose(
  portrait: Portrait,
  random: Random,
  { mentions, nounShare, allWords }: Choices,
): Caption {
  const says = new Captioner(portrait, random, allWords ? completeVocabulary : vocabulary);
  const maybe = (topic: Topic, words: () => string): string => (mentions(topic) ? words() : '');
  const finish = (text: string): Caption => ({ text: mendArticles(text), said: says.said });
  const moodFirst = random.chance(0.5);
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
  const mood = maybe('mood', () => (moodFirst ? says.mood() : says.face()));
  const seen = [
    maybe('eyes', () => says.eyes()),
    maybe('extra', () => says.extra()),
    glassesLast ? maybe('glasses', () => says.glassesClause()) : '',
    outfitLast ? maybe('clothing', () => says.outfit()) : '',
  ];
  const absent = maybe('absent', () => says.absent());
  const background = maybe('background', () => says.background());
  const hasStyle = mentions('style');
  const subject = (): string => {
    const who = random.chance(nounShare) ? says.noun() : says.subject();
    return random.chance(idleShare / 2) ? `${says.personality()} ${who}` : who;
  };
  const setting = random.chance(idleShare) ? says.setting() : '';

  if (random.chance(0.2)) {
    const style = hasStyle ? says.style(false) : '';
    const keywords = [mood, ...has, ...wears, ...seen, background, absent, style, setting].filter(
      isSaid,
    );
    if (keywords.length > 0) {
      const first = random.chance(0.5) ? [subject()] : [];
      return finish([...first, ...shuffled(keywords, random)].join(', '));
    }
  }
  const looks = maybe('looks', () => says.looks());
  const who = withArticle([moodFirst ? mood : '', looks, subject()].filter(isSaid).join(' '));
  const styleLast = hasStyle && random.chance(0.5);
  const drawn = hasStyle && !styleLast ? `${says.style(true)} ${who}` : who;
  const clauses = [
    random.chance(idleShare) ? `${says.request()} ${drawn}` : drawn,
    has.length > 0 ? `${random.pick(['with', 'with', 'with', 'who has'])} ${listed(has)}` : '',
    wears.length > 0
      ? `${random.pick(['wearing', 'in', 'wearing', 'dressed in', 'who wears'])} ${listed(wears)}`
      : '',
    moodFirst ? '' : mood,
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
