/** Phrases for what can be seen of a portrait, and which kinds of label they have told. */
import { colourPlaces, palettes } from './palettes.ts';
import type { ColourPlace } from './palettes.ts';
import type { Random } from './random.ts';
import { labelsOf, styleOf } from './sample.ts';
import type { Portrait } from './sample.ts';
import type { Labels } from './styles.ts';
import { languageNames } from './vocabulary.ts';
import type { AbsentThing, StatementKind, Vocabulary } from './vocabulary.ts';
import type { Words } from './words.ts';

/** Everything a caption can tell: of the drawing, of the person, and of its colours. */
export type Kind = 'style' | 'persona' | keyof Labels | ColourPlace;

export const isSaid = (part: string): boolean => part !== '';

/** "a, b and c". */
export function listed(parts: Words): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

const fill = (template: string, word: string): string =>
  template.replace('{}', word).replace(/ {2,}/g, ' ').trim();

export const withArticle = (noun: string): string =>
  `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** "a red hat" → "red hat". */
export const bare = (phrase: string): string => phrase.replace(/^(an?|the) /, '');

/** What a picture without colour may have. */
const achromatic: ReadonlySet<string> = new Set(['black', 'grey', 'white']);

/** Kinds of label that most portraits have not. */
const outstanding: ReadonlySet<Kind> = new Set(['headwear', 'glasses', 'beard', 'earrings']);

const cheerful: ReadonlySet<string> = new Set(['happy', 'laughing', 'cheeky']);

/** Whether glasses have rims, whose colour can be seen. */
const isRimmed = (worn: Labels['glasses']): boolean => worn !== undefined && worn !== 'eyepatch';

/** In another order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(Math.floor(random.next() * rest.length), 1));
  return out;
}

/** A person further on in a caption, and the verbs that go with it. */
const pronouns: Record<'she' | 'he' | 'they', Readonly<Record<string, string>>> = {
  she: { they: 'she', their: 'her', them: 'her', have: 'has', are: 'is', go: 'goes' },
  he: { they: 'he', their: 'his', them: 'him', have: 'has', are: 'is', go: 'goes' },
  they: {},
};

export class Phrases {
  readonly #portrait: Portrait;
  readonly #random: Random;
  readonly #sees: Labels;
  readonly #words: Vocabulary;
  readonly #said = new Set<Kind>();

  constructor(portrait: Portrait, random: Random, words: Vocabulary) {
    this.#portrait = portrait;
    this.#random = random;
    this.#words = words;
    this.#sees = labelsOf(portrait);
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

  /** A word for the colour of something: one of the usual ones, or one of the many that people use. */
  #colour(place: ColourPlace): string {
    const name = this.#colourName(place);
    const usual = (place === 'hair' ? this.#words.hairColours : this.#words.plainColours)[name];
    const rare = this.#words.colourNames[place][name];
    return this.#tell(place, rare && this.#random.chance(0.5) ? rare : usual);
  }

  /** One of some words for a thing; with its colour, now and then, where they have room for one. */
  #coloured(kind: Kind, words: Words | undefined, place: ColourPlace, chance: number): string {
    const template = this.#tell(kind, words);
    const isColoured = template.includes('{}') && this.#random.chance(chance);
    return fill(template, isColoured ? this.#colour(place) : '');
  }

  /** "the colour of coal": what else has the colour of something. */
  #alike(place: ColourPlace): string {
    const { hairAlike, plainAlike } = this.#words;
    const things = (place === 'hair' ? hairAlike : plainAlike)[this.#colourName(place)];
    return `the colour of ${this.#tell(place, things)}`;
  }

  get #showsHair(): boolean {
    return this.#sees.hairLength !== 'covered' && this.#sees.hairLength !== 'bald';
  }

  /** What is seen of a kind; nothing where there is nothing to see. */
  #value(kind: Kind): string {
    if (kind === 'hair') return this.#showsHair ? this.#colourName('hair') : '';
    return this.#sees[kind as keyof Labels] ?? '';
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
    if (this.#random.chance(0.6)) {
      const words = this.#monochrome(before);
      if (words !== '') return words;
    }
    return this.#tell(
      'style',
      (before ? this.#words.styleBefore : this.#words.styleAfter)[this.#portrait.style],
    );
  }

  /** "in black and white". */
  #monochrome(before: boolean): string {
    if (!this.isMonochrome) return '';
    for (const place of this.#coloursBesideSkin()) this.#said.add(place);
    const { monochromeBefore, monochromeAfter } = this.#words;
    return this.#tell('style', (before ? monochromeBefore : monochromeAfter)[this.#portrait.style]);
  }

  /** Whether it can be called black and white: the style has words for that, and the colours are such. */
  get isMonochrome(): boolean {
    const hasWords = this.#words.monochromeAfter[this.#portrait.style] !== undefined;
    return (
      hasWords &&
      this.#coloursBesideSkin().every((place) => achromatic.has(this.#colourName(place)))
    );
  }

  #coloursBesideSkin(): ColourPlace[] {
    return colourPlaces.filter((place) => place !== 'skin' && this.#shows(place));
  }

  /** Whether the colour of a place can be seen. */
  #shows(place: ColourPlace): boolean {
    if (place === 'background') return true;
    if (place === 'hair' && !this.#showsHair && this.#sees.beard === undefined) return false;
    if (place === 'accessory' && !isRimmed(this.#sees.glasses)) return false;
    return this.#paints(place);
  }

  /** Age and sex are said only where the drawing shows some sign of them. */
  subject(): string {
    const { persona } = this.#portrait;
    const ageShows =
      this.#showsHair || this.#sees.wrinkles !== undefined || this.#sees.beard !== undefined;
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

  expression(): string {
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
    if (this.#random.chance(0.06)) return this.#hairLike();
    // Now and then without a colour: somebody who asks for long hair need not care for one.
    const coloured = 0.75;
    const thing = this.#words.hairThings[hairKind ?? ''];
    if (thing && this.#random.chance(0.75))
      return this.#coloured('hairKind', thing, 'hair', coloured);
    if (this.#random.chance(0.2))
      return this.#coloured('hairLength', this.#words.hairCuts[hairLength], 'hair', coloured);
    const colour = this.#random.chance(coloured) ? this.#colour('hair') : '';
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

  /** "hair the colour of coal", "hair like coal". */
  #hairLike(): string {
    const alike = this.#alike('hair');
    return `hair ${this.#random.chance(0.5) ? alike : alike.replace('the colour of', 'like')}`;
  }

  beard(): string {
    const { beard } = this.#sees;
    if (!beard) return '';
    const chance = this.#showsHair ? 0.27 : 0.67;
    return this.#coloured('beard', this.#words.beards[beard], 'hair', chance);
  }

  glasses(): string {
    const { glasses: worn } = this.#sees;
    if (!worn) return '';
    const chance = this.#paints('accessory') ? 0.2 : 0;
    return this.#coloured('glasses', this.#words.glasses[worn], 'accessory', chance);
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
    const chance = this.#portrait.style === 'personas' ? 0 : 0.33;
    return this.#coloured('headwear', this.#words.headwear[worn], place, chance);
  }

  eyes(): string {
    return this.#tell('eyes', this.#words.eyes[this.#sees.eyes ?? '']);
  }

  extra(): string {
    return this.#tell('extra', this.#words.extras[this.#sees.extra ?? '']);
  }

  earrings(): string {
    const { earrings } = this.#sees;
    return this.#tell('earrings', earrings && this.#words.earrings[earrings]);
  }

  skin(): string {
    const shade = this.#shade();
    return this.#random.chance(0.8) ? `${shade} skin` : withArticle(`${shade} complexion`);
  }

  #shade(): string {
    return this.#tell('skin', this.#words.skins[this.#colourName('skin')]);
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

  /** "red", or "the colour of cherries", for sentences that have room for either. */
  #anyColour(place: ColourPlace): string {
    return this.#random.chance(0.15) ? this.#alike(place) : this.#colour(place);
  }

  /** What somebody is dressed in, said as a whole. */
  outfit(): string {
    if (!this.#paints('clothing')) return '';
    return fill(this.#random.pick(this.#words.outfits.any), this.#colour('clothing'));
  }

  background(): string {
    return fill(this.#random.pick(this.#words.backgrounds.any), this.#colour('background'));
  }

  /** The same things in sentences of their own: "she dyed her hair blue". */
  readonly sentence = {
    hair: (): string => this.#hairSentence(),
    beard: (): string => this.#state('has', this.beard()),
    glasses: (): string =>
      this.#random.chance(0.3) ? this.glassesClause() : this.#state('has', this.glasses()),
    earrings: (): string => this.#state('wears', this.earrings()),
    headwear: (): string => this.#state('headgear', this.headwear()),
    clothing: (): string => {
      if (!this.#paints('clothing')) return '';
      return this.#random.chance(0.4)
        ? this.#state('wears', this.clothing())
        : this.#state('garment', this.#anyColour('clothing'));
    },
    expression: (): string => this.#state('expression', this.expression()),
    skin: (): string => this.#state('skin', this.#shade()),
    background: (): string => this.#state('background', this.#anyColour('background')),
  };

  #hairSentence(): string {
    const { hairLength, hairKind } = this.#sees;
    if (hairLength === 'covered' || hairLength === undefined) return '';
    const how = this.#random.next();
    if (hairLength === 'bald' || hairKind === 'balding' || how < 0.2)
      return this.#state('has', this.hair());
    if (how < 0.5) return this.#state('dyed', this.#anyColour('hair'));
    const { hairFalls, hairLengths } = this.#words;
    if (how < 0.7) return this.#state('grown', this.#tell('hairLength', hairFalls[hairLength]));
    const traits = [this.#tell('hairLength', hairLengths[hairLength])];
    if (this.#random.chance(0.6)) traits.push(this.#colour('hair'));
    return this.#state('hair', listed(traits));
  }

  #state(kind: StatementKind, what: string): string {
    if (what === '') return '';
    const templates = this.#words.statements[kind];
    // "a red wall", but not "a the colour of cherries wall".
    const fitting = what.startsWith('the ')
      ? templates.filter((one) => !one.includes('a {}'))
      : templates;
    const garment = this.#random.pick(this.#words.garments.any);
    return fill(this.#random.pick(fitting), what).replaceAll('{garment}', garment);
  }

  /**
   * A whole caption with its pronouns, which are the same throughout. Whoever has been called a woman or a man is she or
   * he; of others that is said now and then.
   */
  inPerson(text: string): string {
    if (!text.includes('{')) return text;
    const forms = pronouns[this.#choosePronoun()];
    return text.replace(/\{(\w+)\}/g, (_, word: string) => {
      const isVerb = !['they', 'their', 'them'].includes(word);
      if (!isVerb && forms[word]) this.#said.add('persona');
      return forms[word] ?? (isVerb && 'they' in forms ? `${word}s` : word);
    });
  }

  #choosePronoun(): keyof typeof pronouns {
    const { persona } = this.#portrait;
    const isYoung = persona === 'woman' || persona === 'man';
    const isNamed = this.#said.has('persona') || (isYoung && this.#random.chance(0.4));
    if (!isNamed) return 'they';
    return persona.endsWith('woman') ? 'she' : 'he';
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
    const absent = this.#absentThings();
    if (absent.length === 0) return '';
    const [thing, kind] = this.#random.pick(absent);
    const { absences, missing, without, notWorn } = this.#words;
    const nouns = thing in missing ? missing[thing as keyof typeof missing] : undefined;
    if (!nouns || this.#random.chance(0.5)) return this.#tell(kind, absences[thing]);
    const templates = thing === 'beard' ? without.any : [...without.any, ...notWorn.any];
    return fill(this.#random.pick(templates), this.#tell(kind, nouns));
  }

  /** What this portrait might have and has not, each with the kind of label that tells so. */
  #absentThings(): (readonly [AbsentThing, Kind])[] {
    const { hairLength, hairKind, expression } = this.#sees;
    const none = (['glasses', 'beard', 'headwear'] as const).filter(
      (kind) => this.#value(kind) === '',
    );
    const things: (readonly [AbsentThing, Kind])[] = none.map((kind) => [kind, kind]);
    if (this.#showsHair) things.push(['baldness', 'hairLength']);
    if (hairLength === 'bald' && hairKind !== 'balding') things.push(['hair', 'hairLength']);
    if (hairLength === 'short') things.push(['longHair', 'hairLength']);
    if (hairLength === 'long') things.push(['shortHair', 'hairLength']);
    if ('earrings' in styleOf(this.#portrait).groups && this.#value('earrings') === '')
      things.push(['earrings', 'earrings']);
    if (expression !== undefined && !cheerful.has(expression)) things.push(['smile', 'expression']);
    return things;
  }

  /** Bare words for things that can be seen, each of another kind: "hat", "red hair", "no glasses". */
  tags(count: number): string[] {
    const kinds = ['hairLength', 'hairKind', 'headwear', 'glasses', 'beard', 'expression', 'eyes'];
    const labels = [...kinds, 'earrings', 'extra', 'garment'].filter(
      (kind) => this.#words.tags[`${kind} ${this.#value(kind as Kind)}`] !== undefined,
    ) as Kind[];
    // What only some have is what people type alone.
    const first = this.#random.chance(0.5) ? labels.filter((kind) => outstanding.has(kind)) : [];
    const others = labels.filter((kind) => !first.includes(kind));
    const colours = colourPlaces.filter((place) => this.#shows(place));
    const ways = [
      ...others.map((kind) => () => this.#labelTag(kind)),
      ...colours.map((place) => () => this.colourTag(place)),
      () => bare(this.style(false)),
      () => this.absent(),
    ];
    return this.#some(
      [
        ...shuffled(first, this.#random).map((kind) => () => this.#labelTag(kind)),
        ...shuffled(ways, this.#random),
      ],
      count,
    );
  }

  /** Colours of different things, each beside its thing: "blue hair", "red shirt", "yellow background". */
  colourTags(count: number): string[] {
    const places = shuffled(this.#coloursBesideSkin(), this.#random);
    return this.#some(
      places.map((place) => () => this.colourTag(place)),
      count,
    );
  }

  /** Bare words of one other language. */
  foreignTags(count: number): string[] {
    const words = this.#words[this.#random.pick(languageNames)];
    const { persona } = this.#portrait;
    const places = colourPlaces.filter((place) => this.#shows(place));
    const shown: (readonly [Kind, string])[] = [
      ['persona', `persona ${persona}`],
      ...places.map((place) => [place, `${place} ${this.#colourName(place)}`] as const),
      ...(Object.keys(this.#sees) as Kind[]).map(
        (kind) => [kind, `${kind} ${this.#value(kind)}`] as const,
      ),
      ...this.#absentThings().map(([thing, kind]) => [kind, `absent ${thing}`] as const),
    ];
    const known = shown.filter(([, key]) => words[key] !== undefined);
    return this.#some(
      shuffled(known, this.#random).map(
        ([kind, key]) =>
          () =>
            this.#tell(kind, words[key]),
      ),
      count,
    );
  }

  #some(ways: readonly (() => string)[], count: number): string[] {
    return ways
      .slice(0, count)
      .map((way) => way())
      .filter(isSaid);
  }

  #labelTag(kind: Kind): string {
    const words = this.#words.tags[`${kind} ${this.#value(kind)}`];
    const place = kind === 'glasses' ? 'accessory' : kind === 'garment' ? 'clothing' : 'hair';
    const canBeColoured = kind !== 'headwear' && this.#shows(place);
    return this.#coloured(kind, words, place, canBeColoured ? 0.3 : 0);
  }

  /** A thing and its colour, without an article. */
  colourTag(place: ColourPlace): string {
    const template = this.#random.pick(this.#words.colourTags[place]);
    if (place === 'accessory') this.#said.add('glasses');
    return fill(template, place === 'skin' ? this.#shade() : this.#colour(place));
  }
}
