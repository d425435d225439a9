/**
 * What each avatar style can draw: groups of options, how often each is drawn, for whom and with
 * which expression, and its *labels*: what it shows, in words shared by all styles. Captions, the mapping network
 * and the independent classifier are all derived from this one table.
 */
import type { ColourPlace, Persona } from './palettes.ts';

export const styleNames = [
  'micah',
  'personas',
  'toon-head',
  'avataaars',
  'lorelei',
  'adventurer',
] as const;
export type StyleName = (typeof styleNames)[number];

/** The expression that a mouth shows; brows and eyes follow it. */
export const expressions = [
  'happy',
  'laughing',
  'sad',
  'angry',
  'surprised',
  'worried',
  'neutral',
  'cheeky',
  'kissing',
] as const;
export type Expression = (typeof expressions)[number];

/** What can be seen of an option, in words that all styles share. */
export interface Labels {
  readonly hairLength?: 'bald' | 'short' | 'medium' | 'long' | 'covered';
  readonly hairKind?: string;
  readonly headwear?: 'hat' | 'hijab' | 'turban' | 'beanie' | 'cap' | 'headband';
  readonly glasses?: 'round glasses' | 'square glasses' | 'sunglasses' | 'eyepatch';
  readonly beard?: 'beard' | 'long beard' | 'moustache' | 'goatee' | 'stubble';
  readonly expression?: Expression;
  readonly eyes?: 'closed' | 'winking' | 'hearts' | 'crying' | 'wide';
  readonly garment?: string;
  readonly earrings?: 'hoop earrings' | 'stud earrings';
  readonly wrinkles?: 'wrinkles';
  readonly extra?: string;
}

export interface Option {
  /** The style's own name for it; null draws nothing. */
  readonly id: string | null;
  readonly weight: number;
  readonly labels: Labels;
  /** What it hides of other groups, by what it shows in its place: a beard with a mouth of its own. */
  readonly covers?: Labels;
  readonly persona?: Partial<Record<Persona, number>>;
  readonly expression?: Partial<Record<Expression, number>>;
}

export interface Style {
  readonly name: StyleName;
  readonly weight: number;
  /** Which of the style's own colour options each place paints; the background is painted by all. */
  readonly paints: Readonly<Record<string, ColourPlace>>;
  /** Drawn in this order of sampling: `mouth` first, since it sets the expression. */
  readonly groups: Readonly<Record<string, readonly Option[]>>;
}

type Rules = Pick<Option, 'covers' | 'persona' | 'expression'>;

const option = (
  id: string | null,
  weight: number,
  labels: Labels = {},
  rules: Rules = {},
): Option => ({
  id,
  weight,
  labels,
  ...rules,
});

const womanly: Rules = { persona: { man: 0.03, 'old man': 0 } };
const manly: Rules = { persona: { woman: 0.08, 'old woman': 0.02 } };
const men: Rules = { persona: { woman: 0, 'old woman': 0 } };
const oldMen: Rules = { persona: { woman: 0, 'old woman': 0, man: 0.4, 'old man': 2 } };

/** Multiplies an option's weight by `factor` outside the named expressions. */
const withExpression = (...named: Expression[]): Rules => ({
  expression: Object.fromEntries(
    expressions.filter((e) => !named.includes(e)).map((e) => [e, 0.04]),
  ),
});

/** What an angry brow makes of an expression: it goes with mouths that do not smile. */
const angryBrow: Rules = {
  expression: {
    happy: 0,
    laughing: 0,
    surprised: 0,
    cheeky: 0,
    kissing: 0,
    sad: 0.3,
    worried: 0.6,
  },
};

const micah: Style = {
  name: 'micah',
  weight: 1,
  paints: {
    baseColor: 'skin',
    hairColor: 'hair',
    facialHairColor: 'hair',
    shirtColor: 'clothing',
    glassesColor: 'accessory',
    earringColor: 'accessory',
  },
  groups: {
    mouth: [
      option('smile', 1.6, { expression: 'happy' }),
      option('laughing', 1.2, { expression: 'laughing' }),
      option('sad', 1, { expression: 'sad' }),
      option('frown', 1, { expression: 'angry' }),
      option('surprised', 1, { expression: 'surprised' }),
      option('nervous', 1, { expression: 'worried' }),
      option('smirk', 1, { expression: 'cheeky' }),
      option('pucker', 0.7, { expression: 'kissing' }),
    ],
    hair: [
      option('full', 2.2, { hairLength: 'long', hairKind: 'wavy' }, womanly),
      option('pixie', 1.4, { hairLength: 'medium', hairKind: 'flicked' }, womanly),
      option('fonze', 1.4, { hairLength: 'short', hairKind: 'quiff' }, manly),
      option('dannyPhantom', 1, { hairLength: 'medium', hairKind: 'swept' }),
      option('mrT', 0.7, { hairLength: 'short', hairKind: 'mohawk' }, manly),
      option('dougFunny', 0.6, { hairLength: 'bald', hairKind: 'balding' }, oldMen),
      option('mrClean', 0.7, { hairLength: 'bald' }, manly),
      option('turban', 0.7, { hairLength: 'covered', headwear: 'turban' }),
    ],
    facialHair: [
      option(null, 1.6),
      option('beard', 0.8, { beard: 'beard' }, men),
      option('scruff', 0.5, { beard: 'stubble' }, men),
    ],
    glasses: [
      option(null, 1.4),
      option('round', 0.6, { glasses: 'round glasses' }),
      option('square', 0.6, { glasses: 'square glasses' }),
    ],
    eyes: [
      option('eyes', 1),
      option('round', 0.6),
      option('smiling', 0.8, { eyes: 'closed' }, withExpression('happy', 'laughing')),
    ],
    eyebrows: [
      option('up', 1, {}, manly),
      option('down', 1, {}, manly),
      option('eyelashesUp', 1, {}, womanly),
      option('eyelashesDown', 1, {}, womanly),
    ],
    earrings: [
      option(null, 1.6),
      option('hoop', 0.6, { earrings: 'hoop earrings' }, womanly),
      option('stud', 0.3, { earrings: 'stud earrings' }),
    ],
    ears: [option('attached', 1), option('detached', 1)],
    nose: [option('curve', 1), option('pointed', 1), option('tound', 1)],
    shirt: [
      option('crew', 1, { garment: 'crew-neck top' }),
      option('collared', 1, { garment: 'collared shirt' }),
      option('open', 1, { garment: 'open-necked top' }),
    ],
  },
};

const personasStyle: Style = {
  name: 'personas',
  weight: 1.1,
  paints: { skinColor: 'skin', hairColor: 'hair', clothingColor: 'clothing' },
  groups: {
    mouth: [
      option('smile', 1.4, { expression: 'happy' }),
      option('bigSmile', 1.2, { expression: 'laughing' }),
      option('frown', 1.2, { expression: 'sad' }),
      option('surprise', 1, { expression: 'surprised' }),
      option('smirk', 1, { expression: 'cheeky' }),
      option('lips', 0.8, { expression: 'neutral', extra: 'full lips' }, womanly),
      option('pacifier', 0.3, { expression: 'neutral', extra: 'pacifier' }),
    ],
    hair: [
      option('long', 1.2, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('extraLong', 1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('sideShave', 0.8, { hairLength: 'long', hairKind: 'side-shaved' }, womanly),
      option('bobCut', 1, { hairLength: 'medium', hairKind: 'bob' }, womanly),
      option('bobBangs', 1, { hairLength: 'medium', hairKind: 'bob' }, womanly),
      option('curly', 1, { hairLength: 'medium', hairKind: 'curly' }),
      option('pigtails', 0.9, { hairLength: 'medium', hairKind: 'pigtails' }, womanly),
      option(
        'curlyBun',
        0.6,
        { hairLength: 'medium', hairKind: 'bun', headwear: 'headband' },
        womanly,
      ),
      option(
        'straightBun',
        0.6,
        { hairLength: 'medium', hairKind: 'bun', headwear: 'headband' },
        womanly,
      ),
      option('bunUndercut', 0.6, { hairLength: 'short', hairKind: 'bun' }),
      option('curlyHighTop', 0.8, { hairLength: 'short', hairKind: 'curly' }, manly),
      option('shortCombover', 1, { hairLength: 'short', hairKind: 'combed' }, manly),
      option('shortComboverChops', 0.7, { hairLength: 'short', hairKind: 'combed' }, manly),
      option('fade', 0.8, { hairLength: 'short', hairKind: 'cropped' }, manly),
      option('buzzcut', 0.7, { hairLength: 'short', hairKind: 'cropped' }, manly),
      option('mohawk', 0.6, { hairLength: 'short', hairKind: 'mohawk' }, manly),
      option('bald', 0.7, { hairLength: 'bald' }, manly),
      option('balding', 0.7, { hairLength: 'bald', hairKind: 'balding' }, oldMen),
      option('cap', 0.8, { hairLength: 'covered', headwear: 'cap' }),
      option('beanie', 0.8, { hairLength: 'covered', headwear: 'beanie' }),
    ],
    facialHair: [
      option(null, 1.6),
      option(
        'beardMustache',
        0.8,
        { beard: 'beard' },
        { ...men, covers: { expression: 'laughing' } },
      ),
      option('walrus', 0.4, { beard: 'moustache' }, men),
      option('pyramid', 0.4, { beard: 'moustache' }, men),
      option('goatee', 0.4, { beard: 'goatee' }, men),
      option('shadow', 0.3, { beard: 'stubble' }, men),
    ],
    eyes: [
      option('open', 1.6),
      option('glasses', 1, { glasses: 'square glasses' }),
      option('sunglasses', 0.7, { glasses: 'sunglasses' }),
      option('happy', 0.7, { eyes: 'closed' }, withExpression('happy', 'laughing')),
      option('sleep', 0.4, { eyes: 'closed' }, withExpression('neutral', 'happy', 'sad')),
      option('wink', 0.5, { eyes: 'winking' }, withExpression('cheeky', 'happy', 'kissing')),
    ],
    nose: [
      option('mediumRound', 1, {}, { persona: { 'old woman': 0.1, 'old man': 0.1 } }),
      option('smallRound', 1, {}, { persona: { 'old woman': 0.1, 'old man': 0.1 } }),
      option('wrinkles', 0.5, { wrinkles: 'wrinkles' }, { persona: { woman: 0, man: 0 } }),
    ],
    body: [
      option('squared', 1, { garment: 'T-shirt' }),
      option('rounded', 1, { garment: 'sweater' }),
      option('checkered', 1, { garment: 'checked shirt' }),
    ],
  },
};

const toonHead: Style = {
  name: 'toon-head',
  weight: 0.8,
  paints: { skinColor: 'skin', hairColor: 'hair', clothesColor: 'clothing' },
  groups: {
    mouth: [
      option('smile', 1.3, { expression: 'happy' }),
      option('laugh', 1.2, { expression: 'laughing' }),
      option('sad', 1, { expression: 'sad' }),
      option('angry', 1, { expression: 'angry' }),
      option('agape', 1, { expression: 'surprised' }),
    ],
    hair: [
      option('sideComed', 1, { hairKind: 'combed' }),
      option('undercut', 1, { hairKind: 'cropped' }),
      option('spiky', 1, { hairKind: 'spiky' }),
      option('bun', 1, { hairKind: 'bun' }, womanly),
    ],
    rearHair: [
      option(null, 1.6, { hairLength: 'short' }),
      option('neckHigh', 0.8, { hairLength: 'medium' }, womanly),
      option('shoulderHigh', 0.9, { hairLength: 'long', hairKind: 'wavy' }, womanly),
      option('longStraight', 1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('longWavy', 1, { hairLength: 'long', hairKind: 'wavy' }, womanly),
    ],
    beard: [
      option(null, 1.5),
      option('fullBeard', 0.6, { beard: 'beard' }, men),
      option('longBeard', 0.5, { beard: 'long beard' }, men),
      option('chin', 0.3, { beard: 'goatee' }, men),
      option('chinMoustache', 0.4, { beard: 'goatee' }, men),
      option('moustacheTwirl', 0.5, { beard: 'moustache' }, men),
    ],
    eyes: [
      option('wide', 1.4),
      option('happy', 0.8, {}, withExpression('happy', 'laughing')),
      option('bow', 0.5, { eyes: 'closed' }, withExpression('happy', 'laughing')),
      option('humble', 0.4, { eyes: 'closed' }),
      option('wink', 0.4, { eyes: 'winking' }, withExpression('happy', 'laughing')),
    ],
    eyebrows: [
      option('neutral', 1, {}, { expression: { angry: 0.05, sad: 0.2 } }),
      option('raised', 0.7, {}, withExpression('surprised', 'happy')),
      option('happy', 0.7, {}, withExpression('happy', 'laughing')),
      option('sad', 1, {}, withExpression('sad')),
      option('angry', 1.5, {}, withExpression('angry')),
    ],
    clothes: [
      option('tShirt', 1, { garment: 'T-shirt' }),
      option('turtleNeck', 1, { garment: 'turtleneck' }),
      option('openJacket', 1, { garment: 'jacket' }),
      option('shirt', 1, { garment: 'sweater over a collared shirt' }),
      option('dress', 1, { garment: 'dress' }, womanly),
    ],
  },
};

const avataaars: Style = {
  name: 'avataaars',
  weight: 1.2,
  paints: {
    skinColor: 'skin',
    hairColor: 'hair',
    facialHairColor: 'hair',
    clothesColor: 'clothing',
    hatColor: 'accessory',
    accessoriesColor: 'accessory',
  },
  groups: {
    mouth: [
      option('twinkle', 1, { expression: 'happy' }),
      option('default', 0.8, { expression: 'happy' }),
      option('smile', 1.3, { expression: 'laughing' }),
      option('sad', 1, { expression: 'sad' }),
      option('serious', 1, { expression: 'neutral' }),
      option('screamOpen', 1, { expression: 'surprised' }),
      option('concerned', 0.7, { expression: 'worried' }),
      option('grimace', 0.7, { expression: 'worried' }),
      option('tongue', 0.8, { expression: 'cheeky', extra: 'tongue out' }),
    ],
    top: [
      option('straight01', 1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('straightAndStrand', 1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('longButNotTooLong', 1, { hairLength: 'medium', hairKind: 'straight' }, womanly),
      option('bob', 1, { hairLength: 'medium', hairKind: 'bob' }, womanly),
      option('bun', 0.8, { hairLength: 'short', hairKind: 'bun' }, womanly),
      option('curly', 1, { hairLength: 'long', hairKind: 'curly' }, womanly),
      option('fro', 0.8, { hairLength: 'medium', hairKind: 'afro' }),
      option('dreads', 0.7, { hairLength: 'long', hairKind: 'dreadlocks' }),
      option('shortCurly', 1, { hairLength: 'short', hairKind: 'curly' }, manly),
      option('shortFlat', 1, { hairLength: 'short', hairKind: 'combed' }, manly),
      option('shortRound', 0.8, { hairLength: 'short', hairKind: 'cropped' }, manly),
      option('shortWaved', 1, { hairLength: 'short', hairKind: 'wavy' }, manly),
      option('frizzle', 0.6, { hairLength: 'short', hairKind: 'mohawk' }, manly),
      option('sides', 0.7, { hairLength: 'bald', hairKind: 'balding' }, oldMen),
      option(null, 0.5, { hairLength: 'bald' }, manly),
      option('hat', 0.8, { hairLength: 'covered', headwear: 'hat' }),
      option('winterHat03', 0.8, { hairLength: 'covered', headwear: 'beanie' }),
      option('turban', 0.7, { hairLength: 'covered', headwear: 'turban' }),
      option('hijab', 0.8, { hairLength: 'covered', headwear: 'hijab' }, womanly),
    ],
    facialHair: [
      option(null, 1.6),
      option('beardMedium', 0.6, { beard: 'beard' }, men),
      option('beardMajestic', 0.5, { beard: 'long beard' }, men),
      option('beardLight', 0.4, { beard: 'beard' }, men),
      option('moustacheFancy', 0.4, { beard: 'moustache' }, men),
      option('moustacheMagnum', 0.4, { beard: 'moustache' }, men),
    ],
    accessories: [
      option(null, 1.5),
      option('round', 0.6, { glasses: 'round glasses' }),
      option('prescription02', 0.6, { glasses: 'square glasses' }),
      option('sunglasses', 0.6, { glasses: 'sunglasses' }),
      option('eyepatch', 0.3, { glasses: 'eyepatch' }),
    ],
    eyes: [
      option('default', 1.6),
      option('side', 0.6),
      option('happy', 0.8, { eyes: 'closed' }, withExpression('happy', 'laughing')),
      option('closed', 0.4, { eyes: 'closed' }, withExpression('sad', 'neutral')),
      option('surprised', 0.8, { eyes: 'wide' }, withExpression('surprised', 'worried')),
      option('wink', 0.5, { eyes: 'winking' }, withExpression('happy', 'cheeky')),
      option('hearts', 0.4, { eyes: 'hearts' }, withExpression('happy', 'laughing')),
      option('cry', 0.6, { eyes: 'crying' }, withExpression('sad')),
    ],
    eyebrows: [
      option('default', 1),
      option('flatNatural', 0.6, {}, withExpression('neutral', 'worried')),
      option('raisedExcited', 0.8, {}, withExpression('happy', 'laughing', 'surprised', 'cheeky')),
      option('sadConcerned', 0.9, {}, withExpression('sad', 'worried')),
      option('angry', 0.9, { expression: 'angry' }, angryBrow),
    ],
    clothing: [
      option('shirtCrewNeck', 1, { garment: 'T-shirt' }),
      option('shirtVNeck', 1, { garment: 'V-neck top' }),
      option('hoodie', 1, { garment: 'hoodie' }),
      option('overall', 0.8, { garment: 'dungarees' }),
      option('blazerAndShirt', 1, { garment: 'blazer' }),
      option('collarAndSweater', 1, { garment: 'sweater over a collared shirt' }),
    ],
  },
};

const lorelei: Style = {
  name: 'lorelei',
  weight: 1.1,
  paints: { skinColor: 'skin', hairColor: 'hair', glassesColor: 'accessory' },
  groups: {
    mouth: [
      option('happy01', 1.5, { expression: 'happy' }),
      option('happy05', 1, { expression: 'laughing' }),
      option('happy16', 0.9, { expression: 'laughing' }),
      option('sad05', 1.4, { expression: 'sad' }),
      option('sad09', 0.9, { expression: 'neutral' }),
      option('sad01', 1, { expression: 'surprised' }),
      option('sad06', 0.9, { expression: 'worried' }),
      option('happy09', 0.7, { expression: 'cheeky', extra: 'tongue out' }),
      option('happy17', 0.5, { expression: 'kissing' }),
    ],
    hair: [
      option('variant35', 1.1, { hairLength: 'long', hairKind: 'wavy' }, womanly),
      option('variant15', 1.1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('variant24', 0.9, { hairLength: 'long', hairKind: 'curly' }, womanly),
      option('variant32', 0.9, { hairLength: 'medium', hairKind: 'wavy' }, womanly),
      option('variant23', 0.9, { hairLength: 'medium', hairKind: 'bob' }, womanly),
      option('variant26', 0.7, { hairLength: 'medium', hairKind: 'bun' }, womanly),
      option('variant05', 0.8, { hairLength: 'short', hairKind: 'curly' }),
      option('variant08', 0.9, { hairLength: 'short', hairKind: 'quiff' }, manly),
      option('variant01', 0.9, { hairLength: 'short', hairKind: 'combed' }, manly),
      option('variant28', 0.8, { hairLength: 'short', hairKind: 'cropped' }, manly),
      option('variant27', 0.7, { hairLength: 'short', hairKind: 'spiky' }, manly),
      option('variant25', 0.7, { hairLength: 'bald', hairKind: 'balding' }, oldMen),
      option('variant34', 0.6, { hairLength: 'bald' }, manly),
    ],
    beard: [
      option(null, 1.6),
      option('variant01', 0.8, { beard: 'beard' }, men),
      option('variant02', 0.5, { beard: 'beard' }, men),
    ],
    glasses: [
      option(null, 1.6),
      option('variant01', 0.6, { glasses: 'round glasses' }),
      option('variant04', 0.6, { glasses: 'square glasses' }),
      option('variant02', 0.6, { glasses: 'sunglasses' }),
    ],
    eyes: [
      option('variant04', 1.4),
      option('variant24', 1, {}, womanly),
      option('variant16', 0.7),
      option('variant19', 0.7, { eyes: 'closed' }, withExpression('happy', 'laughing')),
      option('variant18', 0.5, { eyes: 'winking' }, withExpression('happy', 'cheeky', 'kissing')),
      option('variant09', 0.4, { eyes: 'hearts' }, withExpression('happy', 'laughing')),
    ],
    eyebrows: [
      option('variant10', 1),
      option('variant05', 0.9, {}, womanly),
      option('variant13', 1.2, { expression: 'angry' }, angryBrow),
    ],
    nose: [option('variant01', 1), option('variant03', 1), option('variant05', 1)],
    hairAccessories: [option(null, 1.6), option('flowers', 0.3, { extra: 'flowers' }, womanly)],
  },
};

const adventurer: Style = {
  name: 'adventurer',
  weight: 1.1,
  paints: { skinColor: 'skin', hairColor: 'hair' },
  groups: {
    mouth: [
      option('variant02', 1.2, { expression: 'happy' }),
      option('variant01', 0.9, { expression: 'happy' }),
      option('variant26', 1, { expression: 'laughing' }),
      option('variant23', 0.9, { expression: 'laughing' }),
      option('variant14', 1.2, { expression: 'sad' }),
      option('variant09', 0.9, { expression: 'neutral' }),
      option('variant15', 1, { expression: 'surprised' }),
      option('variant11', 0.9, { expression: 'worried' }),
      option('variant16', 0.7, { expression: 'cheeky', extra: 'tongue out' }),
      option('variant17', 0.5, { expression: 'kissing' }),
    ],
    hair: [
      option('long09', 1.1, { hairLength: 'long', hairKind: 'straight' }, womanly),
      option('long06', 1, { hairLength: 'long', hairKind: 'wavy' }, womanly),
      option('long22', 0.9, { hairLength: 'long', hairKind: 'curly' }, womanly),
      option('long05', 0.9, { hairLength: 'medium', hairKind: 'straight' }, womanly),
      option('long01', 0.9, { hairLength: 'medium', hairKind: 'bob' }, womanly),
      option('long15', 0.7, { hairLength: 'medium', hairKind: 'pigtails' }, womanly),
      option('long23', 0.7, { hairLength: 'medium', hairKind: 'bun' }, womanly),
      option('short03', 0.9, { hairLength: 'short', hairKind: 'curly' }),
      option('short10', 1, { hairLength: 'short', hairKind: 'combed' }, manly),
      option('short04', 0.8, { hairLength: 'short', hairKind: 'cropped' }, manly),
      option('short16', 0.9, { hairLength: 'short', hairKind: 'spiky' }, manly),
      option('short15', 0.7, { hairLength: 'short', hairKind: 'mohawk' }, manly),
      option('short13', 0.7, { hairLength: 'bald', hairKind: 'balding' }, oldMen),
      option(null, 0.7, { hairLength: 'bald' }, manly),
    ],
    glasses: [
      option(null, 1.6),
      option('variant04', 0.6, { glasses: 'round glasses' }),
      option('variant02', 0.6, { glasses: 'square glasses' }),
      option('variant01', 0.6, { glasses: 'sunglasses' }),
    ],
    eyes: [
      option('variant26', 1.4),
      option('variant23', 0.7, {}, withExpression('happy', 'surprised', 'sad')),
      option('variant16', 0.6, {}, withExpression('sad', 'worried', 'neutral')),
      option('variant08', 0.8, { eyes: 'wide' }, withExpression('surprised', 'worried')),
      option('variant19', 0.7, { eyes: 'closed' }, withExpression('happy', 'laughing')),
      option('variant22', 0.5, { eyes: 'winking' }, withExpression('happy', 'cheeky', 'kissing')),
    ],
    eyebrows: [
      option('variant10', 1.4),
      option('variant08', 0.5, {}, withExpression('cheeky', 'surprised', 'neutral')),
      option('variant02', 1.2, { expression: 'angry' }, angryBrow),
    ],
    features: [option(null, 1.6), option('blush', 0.4, { extra: 'blush' })],
  },
};

export const styles: readonly Style[] = [
  micah,
  personasStyle,
  toonHead,
  avataaars,
  lorelei,
  adventurer,
];
