/** Says what a portrait shows, in many of the ways in which an artist might ask for it. */
import { palettes } from './palettes.ts';
import type { ColourPlace, Persona } from './palettes.ts';
import type { Random } from './random.ts';
import { meaningOf } from './sample.ts';
import type { Portrait } from './sample.ts';
import type { Expression, Meaning, StyleName } from './styles.ts';

type Words = readonly string[];

const subjects: Record<Persona, Words> = {
  woman: ['woman', 'woman', 'young woman', 'lady', 'girl'],
  man: ['man', 'man', 'young man', 'guy', 'boy'],
  'old woman': ['old woman', 'elderly woman', 'old lady', 'grandmother', 'older woman'],
  'old man': ['old man', 'elderly man', 'older man', 'grandfather', 'old guy'],
};
const anybody: Words = ['person', 'character', 'face', 'figure'];

const hairColours: Record<string, Words> = {
  black: ['black', 'black', 'jet-black', 'dark'],
  'dark brown': ['dark brown', 'dark brown', 'dark', 'chocolate brown'],
  brown: ['brown', 'brown', 'chestnut', 'brunette'],
  blond: ['blond', 'blonde', 'golden', 'fair', 'yellow'],
  red: ['red', 'red', 'ginger', 'orange', 'auburn'],
  grey: ['grey', 'gray', 'silver'],
  white: ['white', 'white', 'snow-white'],
  pink: ['pink', 'pink', 'hot pink', 'dyed pink'],
  blue: ['blue', 'blue', 'bright blue', 'dyed blue'],
  purple: ['purple', 'violet', 'dyed purple'],
  green: ['green', 'green', 'dyed green'],
};

const plainColours: Record<string, Words> = {
  red: ['red', 'red', 'scarlet'],
  orange: ['orange'],
  yellow: ['yellow', 'yellow', 'bright yellow'],
  green: ['green', 'green', 'grass green'],
  teal: ['teal', 'teal', 'turquoise'],
  blue: ['blue', 'blue', 'royal blue'],
  navy: ['navy', 'navy blue', 'dark blue'],
  purple: ['purple', 'purple', 'violet'],
  pink: ['pink', 'pink', 'rose'],
  brown: ['brown', 'brown', 'chocolate'],
  black: ['black', 'black', 'charcoal'],
  grey: ['grey', 'gray'],
  white: ['white', 'white', 'off-white'],
  gold: ['gold', 'golden'],
  'light blue': ['light blue', 'light blue', 'sky blue', 'pale blue'],
  lavender: ['lavender', 'light purple', 'lilac'],
  mint: ['mint', 'mint green', 'light green', 'pale green'],
  cream: ['cream', 'beige', 'pale yellow'],
  peach: ['peach', 'light orange'],
};

const skins: Record<string, Words> = {
  light: ['light', 'pale', 'fair', 'white'],
  tan: ['tan', 'tanned', 'olive'],
  brown: ['brown', 'brown', 'medium brown'],
  dark: ['dark', 'dark', 'deep brown', 'black'],
};

const hairKinds: Record<string, Words> = {
  wavy: ['wavy'],
  straight: ['straight'],
  curly: ['curly', 'curly', 'frizzy'],
  spiky: ['spiky', 'spiked'],
  cropped: ['cropped', 'closely cropped'],
  combed: ['neatly combed', 'side-parted', 'combed'],
  swept: ['swept'],
  'side-shaved': ['side-shaved'],
};

/** Hair that is a thing of its own: "a red mohawk", not "red mohawk hair". */
const hairThings: Record<string, Words> = {
  mohawk: ['a {} mohawk', '{} hair in a mohawk'],
  bun: ['a {} bun', '{} hair in a bun', '{} hair tied up'],
  bob: ['a {} bob', '{} hair in a bob', '{} bobbed hair'],
  afro: ['a {} afro', 'big {} afro hair'],
  dreadlocks: ['{} dreadlocks', '{} dreads'],
  pigtails: ['{} pigtails', '{} hair in pigtails', '{} bunches'],
  quiff: ['a {} quiff', 'short {} hair'],
};

const hairLengths: Record<string, Words> = {
  short: ['short', 'short'],
  medium: ['medium-length', 'chin-length', 'shoulder-length'],
  long: ['long', 'long', 'flowing'],
};

const headwear: Record<string, Words> = {
  hat: ['a {} hat', 'a wide {} hat', 'a {} brimmed hat'],
  hijab: ['a {} hijab', 'a {} headscarf'],
  turban: ['a {} turban'],
  beanie: ['a {} beanie', 'a {} woolly hat', 'a {} winter hat'],
  cap: ['a {} cap', 'a {} baseball cap'],
  headband: ['a {} headband', 'a {} hair band'],
};

const glasses: Record<string, Words> = {
  'round glasses': ['{} round glasses', '{} glasses', '{} round spectacles'],
  'square glasses': ['{} square glasses', '{} glasses', '{} rectangular glasses'],
  sunglasses: ['{} sunglasses', '{} dark glasses', '{} shades'],
  eyepatch: ['an eyepatch', 'an eye patch', 'a pirate eyepatch'],
};

const beards: Record<string, Words> = {
  beard: ['a {} beard', 'a full {} beard', 'a {} bushy beard'],
  'long beard': ['a long {} beard', 'a big {} beard', 'a {} beard'],
  moustache: ['a {} moustache', 'a {} mustache'],
  goatee: ['a {} goatee', 'a small {} beard', 'a {} chin beard'],
  stubble: ['stubble', 'light stubble', 'an unshaven face'],
};

const adjectives: Record<Expression, Words> = {
  happy: ['smiling', 'smiling', 'happy', 'cheerful', 'friendly'],
  laughing: ['laughing', 'grinning', 'beaming', 'very happy', 'joyful'],
  sad: ['sad', 'unhappy', 'gloomy', 'upset'],
  angry: ['angry', 'grumpy', 'cross', 'annoyed'],
  surprised: ['surprised', 'shocked', 'astonished', 'amazed'],
  worried: ['worried', 'nervous', 'anxious', 'scared'],
  neutral: ['serious', 'calm', 'neutral'],
  cheeky: ['smirking', 'cheeky', 'mischievous', 'playful'],
  kissing: ['pouting', 'kissing', 'flirty'],
};

const faces: Record<Expression, Words> = {
  happy: ['with a smile', 'with a gentle smile', 'looking happy'],
  laughing: ['with a big smile', 'with a big grin', 'laughing out loud', 'showing teeth'],
  sad: ['looking sad', 'with a sad face', 'with a frown'],
  angry: ['looking angry', 'with an angry look', 'frowning'],
  surprised: ['looking surprised', 'with an open mouth', 'with mouth wide open'],
  worried: ['looking worried', 'looking nervous', 'with gritted teeth'],
  neutral: ['with a serious look', 'with a straight face', 'not smiling'],
  cheeky: ['with a smirk', 'with a cheeky grin', 'looking cheeky'],
  kissing: ['blowing a kiss', 'puckering up', 'with pursed lips'],
};

const eyes: Record<string, Words> = {
  closed: ['with closed eyes', 'with eyes shut', 'eyes closed'],
  winking: ['winking', 'with a wink', 'with one eye closed'],
  hearts: ['with heart eyes', 'with hearts for eyes', 'in love'],
  crying: ['crying', 'with a tear', 'in tears'],
  wide: ['with wide eyes', 'wide-eyed'],
};

const extras: Record<string, Words> = {
  pacifier: ['with a pacifier', 'sucking a dummy', 'with a baby dummy'],
  'tongue out': ['sticking out the tongue', 'with tongue out'],
  'full lips': ['with full lips', 'wearing lipstick', 'with pink lips'],
};

const styleBefore: Record<StyleName, Words> = {
  micah: [
    'an ink drawing of',
    'a comic drawing of',
    'an outlined drawing of',
    'a bold line portrait of',
  ],
  personas: [
    'a flat illustration of',
    'a minimal flat portrait of',
    'a flat sticker of',
    'a simple flat drawing of',
  ],
  'toon-head': [
    'a cartoon of',
    'a toon of',
    'a soft cartoon portrait of',
    'an animated character,',
  ],
  avataaars: ['an avatar of', 'a vector avatar of', 'a profile avatar of', 'a user avatar of'],
};
const styleAfter: Record<StyleName, Words> = {
  micah: ['ink outlines', 'in comic style', 'with bold black outlines', 'drawn in ink'],
  personas: ['flat style', 'in flat colours', 'flat design', 'like a sticker'],
  'toon-head': ['cartoon style', 'in a soft cartoon style', 'toon style'],
  avataaars: ['avatar style', 'as an avatar', 'vector avatar style'],
};

/** Styles whose accessory colour shows on glasses or on headwear. */
const colouredGlasses: readonly StyleName[] = ['micah', 'avataaars'];

const fill = (template: string, word: string): string =>
  template.replace('{}', word).replace(/ {2,}/g, ' ').trim();

const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** "a orange beanie" → "an orange beanie". */
const mendArticles = (text: string): string => text.replace(/\ba (?=[aeiou](?!ser\b))/g, 'an ');

class Captioner {
  readonly #portrait: Portrait;
  readonly #random: Random;
  readonly #sees: Meaning;

  constructor(portrait: Portrait, random: Random) {
    this.#portrait = portrait;
    this.#random = random;
    this.#sees = meaningOf(portrait);
  }

  #say(words: Words | undefined): string {
    return words ? this.#random.pick(words) : '';
  }

  #colourName(place: ColourPlace): string {
    return palettes[place][this.#portrait.named[place]]?.name ?? '';
  }

  /** A word for the colour of something, or nothing in one case of three. */
  #maybeColour(place: ColourPlace): string {
    if (!this.#random.chance(0.67)) return '';
    const name = this.#colourName(place);
    return this.#say(place === 'hair' ? hairColours[name] : plainColours[name]);
  }

  style(before: boolean): string {
    return this.#say((before ? styleBefore : styleAfter)[this.#portrait.style]);
  }

  /** Age and sex are said only where the drawing shows some sign of them. */
  subject(): string {
    const { persona } = this.#portrait;
    const greyShows = this.#sees.hairLength !== 'covered' && this.#sees.hairLength !== 'bald';
    const ageShows =
      greyShows || this.#sees.wrinkles !== undefined || this.#sees.beard !== undefined;
    if (this.#random.chance(0.2)) return this.#say(anybody);
    if (persona === 'old woman' && !ageShows) return this.#say(subjects.woman);
    if (persona === 'old man' && !ageShows) return this.#say(subjects.man);
    return this.#say(subjects[persona]);
  }

  mood(): string {
    const { expression } = this.#sees;
    return expression ? this.#say(adjectives[expression]) : '';
  }

  face(): string {
    const { expression } = this.#sees;
    return expression ? this.#say(faces[expression]) : '';
  }

  hair(): string {
    const { hairLength, hairKind } = this.#sees;
    if (hairLength === 'covered') return '';
    if (hairKind === 'balding')
      return this.#say(['balding', 'thinning hair', 'a receding hairline']);
    if (hairLength === 'bald') return this.#say(['a bald head', 'no hair', 'a shaved head']);
    const colour = this.#say(hairColours[this.#colourName('hair')]);
    const thing = hairThings[hairKind ?? ''];
    if (thing && this.#random.chance(0.75)) return fill(this.#say(thing), colour);
    const length = this.#random.chance(0.7) ? this.#say(hairLengths[hairLength ?? '']) : '';
    const kind = this.#random.chance(0.6) ? this.#say(hairKinds[hairKind ?? '']) : '';
    const described = this.#random.chance(0.5) ? [length, kind, colour] : [length, colour, kind];
    return fill(`${described.join(' ')} hair`, '');
  }

  beard(): string {
    const { beard } = this.#sees;
    const hairCovered = this.#sees.hairLength === 'covered' || this.#sees.hairLength === 'bald';
    const colour = hairCovered || this.#random.chance(0.4) ? this.#maybeColour('hair') : '';
    return beard ? fill(this.#say(beards[beard]), colour) : '';
  }

  glasses(): string {
    const coloured = colouredGlasses.includes(this.#portrait.style);
    const colour = coloured && this.#random.chance(0.5) ? this.#maybeColour('accessory') : '';
    return fill(this.#say(glasses[this.#sees.glasses ?? '']), colour);
  }

  headwear(): string {
    const { headwear: worn } = this.#sees;
    if (!worn) return '';
    const place = this.#portrait.style === 'avataaars' ? 'accessory' : 'hair';
    const ownColour = this.#portrait.style !== 'personas';
    return fill(this.#say(headwear[worn]), ownColour ? this.#maybeColour(place) : '');
  }

  eyes(): string {
    return this.#say(eyes[this.#sees.eyes ?? '']);
  }

  extra(): string {
    return this.#say(extras[this.#sees.extra ?? '']);
  }

  earrings(): string {
    const { earrings } = this.#sees;
    return earrings ? this.#say([earrings, 'earrings']) : '';
  }

  skin(): string {
    return `${this.#say(skins[this.#colourName('skin')])} skin`;
  }

  clothing(): string {
    const colour = this.#say(plainColours[this.#colourName('clothing')]);
    const garment = this.#say([this.#sees.garment ?? 'top', 'top', 'shirt']);
    return this.#random.chance(0.15) ? `${colour} clothes` : withArticle(`${colour} ${garment}`);
  }

  background(): string {
    const colour = this.#say(plainColours[this.#colourName('background')]);
    return fill(
      this.#say([
        'on a {} background',
        'on a {} background',
        'against a {} background',
        'in front of a {} wall',
        '{} background',
        '{} backdrop',
      ]),
      colour,
    );
  }

  /** What is *not* there, said as people say it. */
  absent(): string {
    const absences: string[] = [];
    if (!this.#sees.glasses) absences.push('without glasses', 'no glasses');
    if (!this.#sees.beard) absences.push('clean-shaven', 'without a beard', 'no beard');
    if (!this.#sees.headwear) absences.push('bareheaded', 'without a hat', 'no hat');
    return absences.length > 0 ? this.#random.pick(absences) : '';
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

/**
 * One caption of a portrait.
 * @param detail probability in [0, 1] that each thing to be seen is mentioned; 1 mentions all.
 */
export function caption(portrait: Portrait, random: Random, detail: number): string {
  const says = new Captioner(portrait, random);
  const maybe = (words: string, factor = 1): string =>
    random.chance(detail === 1 ? 1 : detail * factor) ? words : '';
  const moodFirst = random.chance(0.5);
  const has = shuffled(
    [
      maybe(says.hair(), 1.3),
      maybe(says.beard(), 1.3),
      maybe(says.glasses(), 1.3),
      maybe(says.earrings()),
      maybe(says.skin(), 0.6),
    ].filter(isSaid),
    random,
  );
  const wears = shuffled(
    [maybe(says.headwear(), 1.3), maybe(says.clothing())].filter(isSaid),
    random,
  );
  const looks = [
    moodFirst ? '' : maybe(says.face()),
    maybe(says.eyes()),
    maybe(says.extra()),
  ].filter(isSaid);
  const absent = random.chance(0.12) ? says.absent() : '';
  const background = maybe(says.background());
  const mood = moodFirst ? maybe(says.mood()) : '';
  const style = maybe(says.style(true), 0.6);
  const styleLast = style !== '' && random.chance(0.5);

  if (random.chance(0.2)) {
    const keywords = shuffled(
      [mood, ...has, ...wears, ...looks, background, absent, style && says.style(false)].filter(
        isSaid,
      ),
      random,
    );
    if (keywords.length > 0)
      return mendArticles(
        [says.subject(), ...keywords].slice(random.chance(0.5) ? 0 : 1).join(', '),
      );
  }
  const who = withArticle([mood, says.subject()].filter(isSaid).join(' '));
  const clauses = [
    styleLast || style === '' ? who : `${style} ${who}`,
    has.length > 0 ? `with ${listed(has)}` : '',
    wears.length > 0 ? `${random.pick(['wearing', 'in', 'wearing'])} ${listed(wears)}` : '',
    ...looks,
    absent,
    background,
    styleLast ? says.style(false) : '',
  ].filter(isSaid);
  const [head = '', ...rest] = clauses;
  return mendArticles(
    rest.reduce((text, clause) => text + (random.chance(0.5) ? ', ' : ' ') + clause, head),
  );
}
