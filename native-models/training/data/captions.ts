/** Says what a portrait shows, in many of the ways in which an artist might ask for it. */
import { colourNames, completeColourNames } from './colour-names.ts';
import { lateWords } from './late-words.ts';
import { palettes } from './palettes.ts';
import type { ColourPlace, Persona } from './palettes.ts';
import type { Random } from './random.ts';
import { meaningOf, styleOf } from './sample.ts';
import type { Portrait } from './sample.ts';
import type { Expression, Meaning, StyleName } from './styles.ts';

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

type Words = readonly string[];

const subjects: Record<Persona, Words> = {
  woman: ['woman', 'woman', 'woman', 'young woman', 'lady', 'girl', 'female', 'young lady'],
  man: ['man', 'man', 'man', 'young man', 'guy', 'boy', 'gentleman', 'fellow', 'dude', 'male'],
  'old woman': ['old woman', 'elderly woman', 'old lady', 'grandmother', 'older woman', 'granny'],
  'old man': ['old man', 'elderly man', 'older man', 'grandfather', 'old guy', 'senior man'],
};
const anybody: Words = ['person', 'character', 'face', 'figure', 'human', 'portrait', 'head'];

const anyGarment: Words = ['top', 'shirt', 'sweater', 'jacket', 'dress', 'T-shirt', 'blouse'];

type WordsByKind = Partial<Record<Kind, Record<string, Words>>>;

/** What somebody is called who looks like that, by the kind of what is seen and its value. */
const nouns: WordsByKind = {
  hair: {
    blond: ['blonde', 'blond', 'towhead'],
    brown: ['brunette'],
    red: ['ginger', 'carrot-top', 'ginger-head'],
    grey: ['silver fox', 'greyhead'],
  },
  hairLength: {
    bald: ['bald head', 'baldy', 'skinhead', 'monk', 'slaphead'],
    long: ['mermaid', 'long-haired hippie', 'hippie', 'princess from a fairy tale'],
    short: ['recruit', 'marine', 'army cadet'],
  },
  hairKind: { mohawk: ['punk', 'punk rocker'], dreadlocks: ['rasta', 'reggae singer'] },
  headwear: {
    hat: ['sheriff', 'rancher', 'detective', 'magician', 'gaucho', 'explorer', 'farmer in a hat'],
    hijab: ['hijabi', 'nun', 'islamic lady', 'saudi woman'],
    turban: ['maharaja', 'swami', 'sultan', 'punjabi', 'guru', 'genie'],
    beanie: ['skier', 'snowboarder', 'skater', 'ice fisherman', 'lumberjack in a beanie'],
    cap: ['baseball player', 'golfer', 'delivery driver', 'rapper in a cap', 'pizza boy'],
  },
  glasses: {
    'round glasses': ['nerd', 'professor', 'librarian', 'bookworm', 'glasses-wearer'],
    'square glasses': ['nerd', 'geek', 'accountant', 'librarian', 'glasses-wearer'],
    sunglasses: ['spy', 'rock star', 'movie star', 'secret agent', 'cool cat', 'bodyguard'],
    eyepatch: ['pirate', 'corsair', 'buccaneer', 'pirate captain'],
  },
  beard: {
    beard: ['lumberjack', 'hipster', 'sailor with a beard', 'blacksmith'],
    'long beard': ['wizard', 'Santa', 'prophet', 'norse warrior', 'dwarf', 'hermit'],
    moustache: ['gentleman with a moustache', 'barkeeper with a moustache', 'circus strongman'],
  },
};

/** Said of somebody who looks like that, before the noun. */
const described: WordsByKind = {
  glasses: {
    'round glasses': ['glasses-wearing', 'spectacled', 'nerdy', 'short-sighted', 'four-eyed'],
    'square glasses': ['glasses-wearing', 'spectacled', 'geeky', 'short-sighted', 'four-eyed'],
    sunglasses: ['cool', 'sunglassed', 'shades-wearing'],
    eyepatch: ['eyepatched', 'half-blind'],
  },
  beard: {
    beard: ['hairy-faced', 'unshaven', 'bushy-faced', 'beard-wearing', 'hirsute'],
    'long beard': ['long-beard-wearing', 'hairy-faced', 'patriarchal'],
    moustache: ['moustached', 'mustachioed', 'moustache-wearing'],
    goatee: ['goateed'],
    stubble: ['unshaven', 'stubbly', 'scruffy'],
  },
  headwear: {
    hat: ['hatted', 'hat-wearing'],
    hijab: ['headscarf-wearing', 'hijab-wearing'],
    turban: ['turbaned', 'turban-wearing'],
    beanie: ['beanie-wearing'],
    cap: ['cap-wearing', 'baseball-capped'],
  },
};

const hairColours: Record<string, Words> = {
  black: [
    'black',
    'black',
    'jet-black',
    'dark',
    'coal-black',
    'inky',
    'pitch-black',
    'onyx',
    'obsidian',

    'liquorice',
    'sooty',
    'very dark',
  ],
  'dark brown': [
    'dark brown',
    'dark brown',
    'deep brown',
    'chocolate brown',
    'espresso',
    'mahogany',
    'sable',
    'dark chestnut',
    'coffee-brown',
    'brunet',
    'bitter chocolate',
  ],
  brown: [
    'brown',
    'brown',
    'chestnut',
    'brunette',
    'hazel',
    'caramel',
    'nut-brown',
    'mousy',
    'tawny',
    'toffee-coloured',
    'cinnamon',
    'light brown',
    'bronze',
    'walnut',
  ],
  blond: [
    'blond',
    'blonde',
    'golden',
    'fair',
    'yellow',
    'honey',
    'wheat-coloured',
    'straw-coloured',
    'platinum',
    'fair',
    'buttery',
    'corn-coloured',
    'sunny yellow',
    'champagne',
    'light',
  ],
  red: [
    'red',
    'red',
    'ginger',
    'orange',
    'auburn',
    'rust',
    'carroty',
    'fiery',
    'russet',
    'flame-red',
    'strawberry',
    'titian',
    'fox-red',
    'terracotta',
    'marmalade',
    'carrot-red',
    'flaming',
  ],
  grey: [
    'grey',
    'gray',
    'silver',
    'silvery',
    'greying',
    'steel-grey',
    'smoky',
    'salt-and-pepper',
    'ashy',
    'pewter',
    'gunmetal',
    'iron-grey',
    'hoary',
    'slate',
  ],
  white: [
    'white',
    'white',
    'snow-white',
    'snowy',
    'milk-white',
    'frosty',
    'bleached white',
    'chalk-white',
    'ghostly white',
    'pearl-white',
    'white as wool',
  ],
  pink: [
    'pink',
    'pink',
    'hot pink',
    'dyed pink',
    'rose',
    'bubblegum pink',
    'flamingo',
    'cerise',
    'salmon',
    'raspberry',
    'candyfloss pink',
    'coral',
    'blush',
  ],
  blue: [
    'blue',
    'blue',
    'bright blue',
    'dyed blue',
    'electric blue',
    'sapphire',
    'cerulean',
    'indigo',
    'cornflower',
    'ultramarine',
    'navy',
    'ocean-blue',
    'turquoise-blue',
  ],
  purple: [
    'purple',
    'purple',
    'violet',
    'dyed purple',
    'lilac',
    'amethyst',
    'grape',
    'mauve',
    'lavender',
    'aubergine',
    'heather',
    'orchid',
    'deep violet',
  ],
  green: [
    'green',
    'green',
    'dyed green',
    'lime',
    'mossy',
    'forest green',
    'grassy',
    'neon green',
    'jungle green',
    'mint',
    'olive',
    'pine',
    'seaweed',
  ],
};

const plainColours: Record<string, Words> = {
  red: [
    'red',
    'red',
    'red',
    'scarlet',
    'cherry',
    'blood-red',
    'brick-red',
    'tomato',
    'vermilion',
    'wine-red',
    'burgundy',
    'poppy',
  ],
  orange: [
    'orange',
    'orange',
    'pumpkin',
    'amber',
    'carrot',
    'burnt orange',
    'mandarin',
    'marmalade',
  ],
  yellow: [
    'yellow',
    'yellow',
    'bright yellow',
    'canary',
    'sunflower',
    'banana',
    'saffron',
    'daffodil',
    'butter-yellow',
  ],
  green: [
    'green',
    'green',
    'grass green',
    'forest green',
    'leaf green',
    'moss',
    'bottle green',
    'lime',
    'olive',
    'fern',
    'pine',
  ],
  teal: ['teal', 'teal', 'turquoise', 'cyan', 'sea green', 'blue-green', 'petrol', 'peacock'],
  blue: [
    'blue',
    'blue',
    'royal blue',
    'sapphire',
    'denim',
    'cornflower',
    'electric blue',
    'ocean blue',
    'cerulean',
  ],
  navy: ['navy', 'navy blue', 'dark blue', 'deep blue', 'ink-blue', 'indigo'],
  purple: [
    'purple',
    'purple',
    'violet',
    'grape',
    'aubergine',
    'amethyst',
    'mauve',
    'orchid',
    'royal purple',
  ],
  pink: [
    'pink',
    'pink',
    'rose',
    'hot pink',
    'bubblegum',
    'salmon',
    'flamingo',
    'cerise',
    'candy pink',
    'blush',
  ],
  brown: ['brown', 'brown', 'chocolate', 'coffee', 'chestnut', 'walnut', 'cocoa', 'hazel'],
  black: ['black', 'black', 'charcoal', 'jet-black', 'coal-black', 'onyx', 'pitch-dark'],
  grey: ['grey', 'gray', 'silver', 'slate', 'stone', 'steel-grey', 'smoke-grey'],
  white: ['white', 'white', 'off-white', 'snow-white', 'chalk-white', 'pearl', 'milky'],
  gold: ['gold', 'golden', 'brass'],
  'light blue': [
    'light blue',
    'light blue',
    'sky blue',
    'pale blue',
    'baby blue',
    'powder blue',
    'ice-blue',
  ],
  lavender: ['lavender', 'light purple', 'lilac', 'pale violet', 'wisteria', 'pastel purple'],
  mint: ['mint', 'mint green', 'light green', 'pale green', 'pistachio', 'pastel green'],
  cream: ['cream', 'beige', 'pale yellow', 'vanilla', 'eggshell', 'champagne'],
  peach: ['peach', 'light orange', 'apricot', 'pale orange', 'pastel orange', 'melon'],
};

const skins: Record<string, Words> = {
  light: [
    'light',
    'pale',
    'fair',
    'white',
    'rosy',
    'milky',
    'pinkish',
    'alabaster',
    'snow-like',
    'creamy',
    'nordic',
    'very pale',
    'peachy',
    'white as milk',
  ],
  tan: [
    'tan',
    'tanned',
    'olive',
    'golden',
    'sun-tanned',
    'light brown',
    'honey-coloured',
    'mediterranean',
    'bronze',
    'sunlit',
    'beige',
    'latino',
    'wheatish',
  ],
  brown: [
    'brown',
    'brown',
    'medium brown',
    'caramel',
    'cinnamon',
    'chestnut-brown',
    'hazelnut',
    'indian',
    'toffee-coloured',
    'coffee-with-milk',
    'arab',
    'warm brown',
  ],
  dark: [
    'dark',
    'dark',
    'deep brown',
    'black',
    'very dark',
    'chocolate',
    'dark brown',
    'espresso',
    'nigerian',
    'very dark brown',
    'night-dark',
    'cocoa',
    'deep black',
  ],
};

/** Said of the person rather than of the skin. */
const skinned: Record<string, Words> = {
  light: [
    'fair-skinned',
    'pale',
    'light-skinned',
    'white',
    'scandinavian',
    'european',
    'pasty',
    'snow-skinned',
    'white-skinned',
    'irish',
  ],
  tan: [
    'tanned',
    'olive-skinned',
    'sun-tanned',
    'mediterranean',
    'latino',
    'suntanned',
    'mexican',
    'spanish',
    'golden-skinned',
  ],
  brown: ['brown-skinned', 'brown', 'indian', 'arab', 'south asian', 'brown-skinned'],
  dark: [
    'dark-skinned',
    'black',
    'dark',
    'nigerian',
    'afro-american',
    'kenyan',
    'black-skinned',
    'jamaican',
  ],
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
  mohawk: ['a {} mohawk', '{} hair in a mohawk', 'a {} mohican'],
  bun: ['a {} bun', '{} hair in a bun', '{} hair tied up', 'a {} topknot'],
  bob: ['a {} bob', '{} hair in a bob', '{} bobbed hair'],
  afro: ['a {} afro', 'big {} afro hair'],
  dreadlocks: ['{} dreadlocks', '{} dreads'],
  pigtails: ['{} pigtails', '{} hair in pigtails', '{} bunches'],
  quiff: ['a {} quiff', 'short {} hair'],
};

const hairLengths: Record<string, Words> = {
  short: [
    'short',
    'short',
    'cropped',
    'close-cut',
    'very short',
    'clipped',
    'neat short',
    'shaven-short',
    'pixie-short',
    'boyish',
    'military',
    'barber-short',
    'stubbly',
  ],
  medium: ['medium-length', 'chin-length', 'shoulder-length', 'mid-length'],
  long: [
    'long',
    'long',
    'flowing',
    'very long',
    'hip-length',
    'long loose',
    'streaming',
    'ankle-length',
    'extra-long',
    'lustrous long',
    'mermaid-long',
    'cascading',
    'unending',
  ],
};

/** Hair length said after the noun: "red hair down to the elbows". */
const hairFalls: Record<string, Words> = {
  short: [
    'cut short',
    'cut close to the head',
    'in a buzz cut',
    'shorn close',
    'in a short back and sides',
    'in a pixie cut',
    'clipped by a barber',
    'shaved at the sides',
  ],
  medium: ['down to the chin', 'that ends at the shoulders'],
  long: [
    'down to the elbows',
    'that falls over the shoulders',
    'hanging down long',
    'worn long and loose',
    'that reaches the hips',
    'down to the knees',
    'cascading down the back',
    'in long locks',
    'grown out for years',
    'like a mermaid',
  ],
};

const baldness: Record<string, Words> = {
  bald: [
    'a bald head',
    'no hair',
    'a shaved head',
    'no hair at all',
    'a shiny bald head',
    'a shaven head',
    'a bald crown',
    'a head as bald as an egg',
    'zero hair',
    'a bald pate',
    'a head like a billiard ball',
    'a gleaming bald dome',
    'not a hair on the head',
    'a bare head',
    'a hair-free head',
    'a clean-shaven head',
    'lost all the hair',
  ],
};

const headwear: Record<string, Words> = {
  hat: [
    'a {} hat',
    'a wide {} hat',
    'a {} brimmed hat',
    'a {} sun hat',
    'a {} straw hat',
    'a big {} hat',
    'a {} bowler hat',
    'a {} panama hat',
    'a {} stetson',
    'a {} trilby',
    'a {} bonnet',
    'a {} top hat',
    'a {} boater',
    'a {} homburg',
    'a {} farmer hat',
    'a {} sheriff hat',
    'a {} rancher hat',
    'a {} cloche',
    'a {} gardening hat',
    'a {} derby',
    'a {} porkpie hat',
    'a {} slouch hat',
    'a {} ten-gallon hat',
    'a {} wide-brimmed sunhat',
    'a {} tricorn',
    'a {} explorer hat',
    'a {} akubra',
    'a {} bowler',
    'a {} deerstalker',
    'a {} western hat',
    'a {} mexican straw hat',
    'a {} broad-brimmed hat',
    'a {} safari hat',
    "a detective's {} hat",
  ],
  hijab: [
    'a {} hijab',
    'a {} headscarf',
    'a {} scarf over the hair',
    'a {} head covering',
    'a {} scarf around the head',
    'a {} shawl on the head',
    'a {} chador',
    'a {} kerchief',
    'an islamic {} headscarf',
    'a {} dupatta',
    'a {} wimple',
    'a {} head cloth that hides the hair',
    'a {} shroud around the face',
    'a {} shayla',
    'a {} cloth wound round the hair and neck',
    'a modest {} head cover',
  ],
  turban: [
    'a {} turban',
    'a {} wrapped turban',
    'a {} head wrap',
    'a {} dastar',
    'a {} pagri',
    'a {} cloth wound around the head',
    'a punjabi {} turban',
    "a maharaja's {} turban",
    'a {} swami turban',
    'an indian {} turban',
    'a {} pugree',
    "a sultan's {} turban",
  ],
  beanie: [
    'a {} beanie',
    'a {} woolly hat',
    'a {} winter hat',
    'a {} ski hat',
    'a {} knit hat',
    'a {} wool hat',
    'a {} tuque',
    'a {} stocking cap',
    'a {} skater beanie',
    'a {} bonnet of wool',
    'a knitted {} cap',
    'a {} pompom hat',
    'a {} fisherman beanie',
  ],
  cap: [
    'a {} cap',
    'a {} baseball cap',
    'a {} snapback',
    'a {} peaked cap',
    'a {} sports cap',
    'a {} dad cap',
    'a {} baseball hat',
    'a {} visor cap',
    'a {} mesh cap',
    "a driver's {} cap",
    'a backward {} cap',
    'a {} golf cap',
  ],
  headband: ['a {} headband', 'a {} hair band', 'a {} sweatband'],
};

const glasses: Record<string, Words> = {
  'round glasses': [
    '{} round glasses',
    '{} glasses',
    '{} round spectacles',
    '{} round-rimmed glasses',
    '{} spectacles',
    '{} rimmed glasses',
    'round {} frames',
    '{} eyewear',
    '{} bifocals',
    '{} eyeglass frames',
    '{} wire-rimmed glasses',
    '{} pince-nez',
    '{} lenses',
    '{} horn-rimmed glasses',
    '{} granny glasses',
    '{} John Lennon glasses',
    '{} ring-shaped glasses',
    '{} ball-shaped glasses',
    '{} moon-shaped spectacles',
    '{} glasses for near sight',
    '{} goggles',
    '{} corrective lenses',
  ],
  'square glasses': [
    '{} square glasses',
    '{} glasses',
    '{} rectangular glasses',
    '{} spectacles',
    'square {} frames',
    '{} boxy glasses',
    '{} eyewear',
    '{} nerd glasses',
    '{} thick-rimmed glasses',
    '{} bifocals',
    '{} horn-rimmed glasses',
    '{} lenses',
    '{} geeky glasses',
    '{} prescription glasses',
    '{} glasses on the nose',
    '{} big-framed glasses',
    '{} optician glasses',
    '{} glasses for books',
    "a librarian's {} glasses",
  ],
  sunglasses: [
    '{} sunglasses',
    '{} dark glasses',
    '{} shades',
    '{} tinted glasses',
    '{} mirrored glasses',
    '{} sunnies',
    '{} blacked-out glasses',
    '{} wayfarers',
    '{} sun protection for the eyes',
    '{} polarised glasses',
    '{} dark lenses',
    "a spy's dark glasses",
    '{} beach glasses',
    '{} Oakleys',
    '{} Persols',
    '{} wraparounds',
    '{} mirror shades',
    '{} opaque glasses',
    '{} movie-star glasses',
    '{} celebrity shades',
    '{} pilot glasses',
  ],
  eyepatch: [
    'an eyepatch',
    'an eye patch',
    'a pirate eyepatch',
    'a patch over one eye',
    'one eye covered',
    'a bandage over one eye',
    'a missing eye',
    'a corsair eyepatch',
    'a blind eye under a patch',
    'a buccaneer patch',
  ],
};

const beards: Record<string, Words> = {
  beard: [
    'a {} beard',
    'a full {} beard',
    'a {} bushy beard',
    'a thick {} beard',
    'a {} beard and moustache',
    'an unshorn {} beard',
    'a {} lumberjack beard',
    'a hairy {} face',
    'a {} growth of beard',
    'a {} beard all round',
    'a {} hipster beard',
    '{} hair on the chin and cheeks',
    '{} bristles all over the chin',
    'a well-kept {} beard',
    'a full-grown {} beard',
  ],
  'long beard': [
    'a long {} beard',
    'a big {} beard',
    'a {} beard',
    'a flowing {} beard',
    "a wizard's {} beard",
    'a {} Santa beard',
    'an enormous {} beard',
    'a {} beard down to the chest',
    'a {} prophet beard',
    'a norse {} beard',
    'a giant {} beard',
    'a {} beard like a dwarf',
    "a hermit's {} beard",
  ],
  moustache: [
    'a {} moustache',
    'a {} mustache',
    'a bushy {} moustache',
    'a curled {} moustache',
    'a {} walrus moustache',
    'a {} tash',
    'a {} upper-lip beard',
    'a {} mo',
    'a twirled {} moustache',
    'a {} toothbrush moustache',
    'a {} pornstar moustache',
    'a waxed {} moustache',
    'a {} moustache under the nose',
  ],
  goatee: [
    'a {} goatee',
    'a small {} beard',
    'a {} chin beard',
    'a {} tuft on the chin',
    'a {} soul patch',
    'a {} Van Dyke',
    'a pointed {} beard',
    'a {} beatnik beard',
  ],
  stubble: [
    'stubble',
    'light stubble',
    'an unshaven face',
    "a five o'clock shadow",
    'a scruffy chin',
    'three-day stubble',
    'a bristly chin',
    'designer stubble',
    'a day without a razor',
  ],
};

const adjectives: Record<Expression, Words> = {
  happy: [
    'smiling',
    'smiling',
    'happy',
    'cheerful',
    'friendly',
    'glad',
    'pleased',
    'contented',
    'merry',
    'jolly',
    'content',
    'sunny',
    'good-humoured',
    'amused',
    'charmed',
    'upbeat',
    'blissful',
    'grateful',
    'satisfied',
    'radiant',
    'lighthearted',
    'kind',
  ],
  laughing: [
    'laughing',
    'grinning',
    'beaming',
    'very happy',
    'joyful',
    'overjoyed',
    'chuckling',
    'gleeful',
    'thrilled',
    'elated',
    'jubilant',
    'euphoric',
    'hysterical',
    'exhilarated',
    'tickled',
    'cackling',
    'exultant',
    'over the moon',
    'hilarious',
    'triumphant',
    'rejoicing',
    'tittering',
    'delirious with joy',
  ],
  sad: [
    'sad',
    'unhappy',
    'gloomy',
    'upset',
    'miserable',
    'sorrowful',
    'melancholy',
    'downcast',
    'glum',
    'heartbroken',
    'grieving',
    'dejected',
    'sulky',
    'tearful',
    'weepy',
    'despairing',
    'blue',
    'down',
    'forlorn',
    'dismal',
    'lonely',
    'wretched',
    'disappointed',
    'crestfallen',
    'low',
    'mourning',
    'despondent',
    'woeful',
  ],
  angry: [
    'angry',
    'grumpy',
    'cross',
    'annoyed',
    'mad',
    'irritated',
    'fuming',
    'scowling',
    'bad-tempered',
    'outraged',
    'livid',
    'raging',
    'irate',
    'incensed',
    'wrathful',
    'seething',
    'hostile',
    'resentful',
    'ferocious',
    'infuriated',
    'indignant',
    'stroppy',
    'vexed',
    'moody',
    'aggressive',
    'boiling with rage',
  ],
  surprised: [
    'surprised',
    'shocked',
    'astonished',
    'amazed',
    'astounded',
    'gasping',
    'speechless',
    'dumbfounded',
    'flabbergasted',
    'wonderstruck',
    'aghast',
    'perplexed',
    'thunderstruck',
    'stupefied',
    'awestruck',
    'bewildered',
    'open-mouthed',
    'gobsmacked',
    'taken by surprise',
    'jolted',
    'awed',
  ],
  worried: [
    'worried',
    'nervous',
    'anxious',
    'scared',
    'frightened',
    'afraid',
    'uneasy',
    'tense',
    'panicked',
    'fearful',
    'stressed',
    'apprehensive',
    'petrified',
    'horrified',
    'troubled',
    'timid',
    'alarmed',
    'dreading',
    'fretful',
    'jittery',
    'concerned',
    'insecure',
    'spooked',
    'shy',
  ],
  neutral: [
    'serious',
    'calm',
    'neutral',
    'stern',
    'expressionless',
    'composed',
    'deadpan',
    'unmoved',
    'blank',
    'poker-faced',
    'indifferent',
    'impassive',
    'bored',
    'thoughtful',
    'straight-faced',
  ],
  cheeky: ['smirking', 'cheeky', 'mischievous', 'playful', 'sly', 'naughty', 'impish'],
  kissing: ['pouting', 'kissing', 'flirty', 'kissy'],
};

const faces: Record<Expression, Words> = {
  happy: [
    'with a smile',
    'with a gentle smile',
    'looking happy',
    'in a good mood',
    'looking pleased',
    'with a warm smile',
    'with a friendly face',
    'smiling softly',
    'with happy eyes',
    'glowing with happiness',
  ],
  laughing: [
    'with a big smile',
    'with a big grin',
    'laughing out loud',
    'showing teeth',
    'full of joy',
    'in high spirits',
    'roaring with laughter',
    'in hysterics',
    'bursting with laughter',
    'cracking up',
    'with a toothy grin',
    'having a laugh',
    'laughing at a joke',
  ],
  sad: [
    'looking sad',
    'with a sad face',
    'with a frown',
    'in low spirits',
    'looking miserable',
    'with the corners of the mouth down',
    'about to cry',
    'feeling down',
    'in despair',
    'full of sorrow',
    'with a long face',
    'feeling blue',
  ],
  angry: [
    'looking angry',
    'with an angry look',
    'frowning',
    'in a rage',
    'with a scowl',
    'losing all patience',
    'seething with anger',
    'full of wrath',
    'with a temper',
    'losing his temper',
    'mad as hell',
    'with an aggressive look',
  ],
  surprised: [
    'looking surprised',
    'with an open mouth',
    'with mouth wide open',
    'looking amazed',
    'with a dropped jaw',
    'taken aback',
    'in shock',
    'in disbelief',
    'wide-mouthed',
    'with a gasp',
    'hit by a surprise',
    'in awe',
  ],
  worried: [
    'looking worried',
    'looking nervous',
    'with gritted teeth',
    'looking scared',
    'full of fear',
    'with a troubled look',
    'in a panic',
    'frozen with fear',
    'scared to death',
    'with a nervous grimace',
    'expecting the worst',
    'biting the lip',
  ],
  neutral: [
    'with a serious look',
    'with a straight face',
    'not smiling',
    'with a blank look',
    'with a poker face',
  ],
  cheeky: ['with a smirk', 'with a cheeky grin', 'looking cheeky', 'up to no good'],
  kissing: ['blowing a kiss', 'puckering up', 'with pursed lips'],
};

const eyes: Record<string, Words> = {
  closed: ['with closed eyes', 'with eyes shut', 'eyes closed', 'asleep'],
  winking: ['winking', 'with a wink', 'with one eye closed'],
  hearts: ['with heart eyes', 'with hearts for eyes', 'in love'],
  crying: ['crying', 'with a tear', 'in tears', 'weeping'],
  wide: ['with wide eyes', 'wide-eyed'],
};

const extras: Record<string, Words> = {
  pacifier: ['with a pacifier', 'sucking a dummy', 'with a baby dummy'],
  'tongue out': ['sticking out the tongue', 'with tongue out'],
  flowers: ['with flowers in the hair', 'with blossoms in the hair', 'a flower by the ear'],
  blush: ['with rosy cheeks', 'blushing', 'with red cheeks'],
  'full lips': ['with full lips', 'wearing lipstick', 'with pink lips'],
};

const styleBefore: Record<StyleName, Words> = {
  micah: [
    'a comic drawing of',
    'an outlined drawing of',
    'a bold line portrait of',
    'a hand-drawn picture of',
    'a comic strip panel of',
    'a black-outlined sketch of',
    'an inked cartoon of',
    'a comic-book frame of',
    'a thick-lined doodle of',
    'an anime-like drawing of',
    'a boldly outlined picture of',
  ],
  personas: [
    'a flat illustration of',
    'a minimal flat portrait of',
    'a flat sticker of',
    'a simple flat drawing of',
    'a paper cut-out of',
    'a plain shape drawing of',
    'a clean flat graphic of',
    'a decal of',
    'an abstract simple picture of',
    'a geometry-like flat icon of',
    'a bauhaus-like picture of',
    'a basic flat-shaded picture of',
    'a cardboard cut-out of',
  ],
  'toon-head': [
    'a cartoon of',
    'a toon of',
    'a soft cartoon portrait of',
    'an animated character,',
    'a cute cartoon of',
    'a TV cartoon of',
    "a children's film character,",
    'a Pixar-like cartoon of',
    'a cartoon-film picture of',
    'a kids TV character,',
    'an animated movie character,',
    'a storybook cartoon of',
  ],
  avataaars: [
    'an avatar of',
    'a vector avatar of',
    'a profile avatar of',
    'a user avatar of',
    'an account picture of',
    'a chat avatar of',
    'a social media picture of',
    'a vector icon of',
    'a web avatar of',
    'a forum avatar of',
    'a login picture of',
    'a contact picture of',
    'an app user icon of',
    'a messenger avatar of',
  ],
  lorelei: [
    'a line drawing of',
    'a line drawing of',
    'a line art portrait of',
    'a pen drawing of',
    'an ink drawing of',
    'a sketch of',
    'a brush-pen sketch of',
    'a fashion sketch of',
    'an elegant line portrait of',
    'a loose ink sketch of',
    'a hand-inked portrait of',
    'a fountain pen drawing of',
    'a contour drawing of',
    'a sketchbook page with',
    'a marker sketch of',
  ],
  adventurer: [
    'a goofy cartoon of',
    'a bug-eyed cartoon of',
    'a webcomic character,',
    'an adventure game character,',
    'a caricature of',
    'a funny comic head of',
    'a big-eyed caricature of',
    'a zany cartoon of',
    'a newspaper comic of',
    'a silly drawing of',
    'a googly-eyed cartoon of',
    'a humorous drawing of',
  ],
};
const styleAfter: Record<StyleName, Words> = {
  micah: [
    'in comic style',
    'with bold black outlines',
    'inked',
    'comic book style',
    'thick outlines',
    'anime linework',
    'black contour lines',
  ],
  personas: [
    'flat style',
    'in flat colours',
    'flat design',
    'like a sticker',
    'made of simple shapes',
    'minimal style',
    'cut from paper',
    'simple shapes',
    'abstract flat shapes',
    'no outlines, flat',
    'as a decal',
    'flat and basic',
  ],
  'toon-head': [
    'cartoon style',
    'in a soft cartoon style',
    'toon style',
    'as in a cartoon film',
    'animated',
    'cute cartoon',
    'Pixar-like',
    'animated film style',
    'from a kids film',
    'cartoon movie style',
  ],
  avataaars: [
    'avatar style',
    'as an avatar',
    'vector avatar style',
    'for a user profile',
    'vector art',
    'as a chat icon',
    'as a web avatar',
    'user icon',
    'contact picture style',
    'for an online account',
  ],
  lorelei: [
    'line art',
    'as a line drawing',
    'as a line drawing',
    'ink lines',
    'drawn in ink',
    'pen drawing',
    'brush lines',
    'drawn with a brush pen',
    'sketched',
    'fashion illustration',
    'elegant linework',
    'like a sketch',
    'from a sketchbook',
  ],
  adventurer: [
    'goofy cartoon style',
    'webcomic style',
    'with googly eyes',
    'with big round comic eyes',
    'like a newspaper comic',
    'caricature style',
    'bug-eyed',
    'zany',
    'from a funny comic',
    'adventure game style',
    'drawn for laughs',
  ],
};

/** What is said of what is not there. */
const absences: Partial<Record<Kind, Words>> = {
  glasses: ['without glasses', 'no glasses', 'with bare eyes', 'nothing on the nose'],
  beard: [
    'clean-shaven',
    'clean-shaven',
    'without a beard',
    'no beard',
    'shaven',
    'freshly shaved',
    'bare-chinned',
    'shaves every morning',
    'with bare cheeks',
    'just been to the barber for a shave',
  ],
  headwear: ['bareheaded', 'without a hat', 'no hat', 'no cap', 'nothing on the head', 'hatless'],
};

/** What may be missing, as it is called after "no". */
const missing: Partial<Record<Kind, Words>> = {
  glasses: ['glasses', 'glasses', 'spectacles', 'eyewear', 'glasses or sunglasses'],
  beard: ['beard', 'moustache', 'stubble', 'beard or moustache', 'hair on the chin'],
  headwear: ['hat', 'cap', 'headgear', 'headwear', 'hat or cap'],
};

const without: Words = [
  'no {}',
  'without {}',
  'without any {}',
  'no {} at all',
  'no {}, please',
  'has no {}',
  'but no {}',
  'minus the {}',
  'lacks any {}',
  'not a trace of {}',
  'skip the {}',
  'definitely no {}',
];

/** Of what can be taken off. */
const notWearing: Words = [
  'not wearing any {}',
  'wearing no {}',
  "doesn't wear any {}",
  "isn't wearing any {}",
  'never wears any {}',
  'has taken off the {}',
];

/** The tables of words that `lateWords` adds to. */
const vocabulary = {
  ...{ hairColours, plainColours, skins, skinned, hairLengths, hairFalls, baldness, headwear },
  ...{ glasses, beards, adjectives, styleBefore, styleAfter, nouns, described, absences },
  colourNames,
};
export type Vocabulary = typeof vocabulary;

/** So many late words that one in four of a list is one. */
function enough(late: Words, own: Words): Words {
  const times = Math.max(1, Math.round(own.length / (3 * late.length)));
  return Array.from({ length: times }, () => late).flat();
}

/** A table whose lists also hold what another table's lists hold under the same keys. */
function joined<Table extends object>(table: Table, more: object): Table {
  const entries = Object.entries(more).map(([key, late]: [string, unknown]) => {
    const own = (table as Record<string, unknown>)[key];
    if (!Array.isArray(late)) return [key, joined((own ?? {}) as object, late as object)];
    const words = (own ?? []) as Words;
    return [key, [...words, ...enough(late as Words, words)]];
  });
  return { ...table, ...Object.fromEntries(entries) } as Table;
}

const completeVocabulary: Vocabulary = {
  ...joined(vocabulary, lateWords),
  colourNames: completeColourNames,
};

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
  #oneOf(table: WordsByKind): string {
    const fitting = Object.entries(table).flatMap(([kind, words]) => {
      const found = words[this.#value(kind as Kind)];
      return found ? [{ kind: kind as Kind, found }] : [];
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
    if (this.#random.chance(0.2)) return this.#random.pick(anybody);
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
    return this.#tell('expression', expression && faces[expression]);
  }

  hair(): string {
    const { hairLength, hairKind } = this.#sees;
    if (hairLength === 'covered') return '';
    if (hairKind === 'balding')
      return this.#tell('hairKind', ['balding', 'thinning hair', 'a receding hairline']);
    if (hairLength === 'bald') return this.#tell('hairLength', this.#words.baldness['bald']);
    // Now and then without a colour: somebody who asks for long hair need not care for one.
    const colour = this.#random.chance(0.75) ? this.#colour('hair') : '';
    const thing = hairThings[hairKind ?? ''];
    if (thing && this.#random.chance(0.75)) return fill(this.#tell('hairKind', thing), colour);
    const kind = this.#random.chance(0.5) ? this.#tell('hairKind', hairKinds[hairKind ?? '']) : '';
    const mustSayLength = colour === '' && kind === '';
    if (this.#random.chance(mustSayLength ? 0.5 : 0.2)) {
      const falls = this.#tell('hairLength', this.#words.hairFalls[hairLength ?? '']);
      return fill(`${kind} ${colour} hair ${falls}`, '');
    }
    const saysLength = mustSayLength || this.#random.chance(0.6);
    const length = saysLength
      ? this.#tell('hairLength', this.#words.hairLengths[hairLength ?? ''])
      : '';
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

  headwear(): string {
    const { headwear: worn } = this.#sees;
    if (!worn) return '';
    const place = this.#portrait.style === 'avataaars' ? 'accessory' : 'hair';
    const isColoured = this.#portrait.style !== 'personas' && this.#random.chance(0.5);
    const colour = isColoured ? this.#maybeColour(place) : '';
    return fill(this.#tell('headwear', this.#words.headwear[worn]), colour);
  }

  eyes(): string {
    return this.#tell('eyes', eyes[this.#sees.eyes ?? '']);
  }

  extra(): string {
    return this.#tell('extra', extras[this.#sees.extra ?? '']);
  }

  earrings(): string {
    const { earrings } = this.#sees;
    return this.#tell('earrings', earrings && [earrings, 'earrings']);
  }

  skin(): string {
    return `${this.#tell('skin', this.#words.skins[this.#colourName('skin')])} skin`;
  }

  clothing(): string {
    if (!this.#paints('clothing')) return '';
    const colour = this.#colour('clothing');
    if (this.#random.chance(0.15)) return `${colour} clothes`;
    const { garment } = this.#sees;
    const isNamed = garment !== undefined && this.#random.chance(0.4);
    const called = isNamed ? this.#tell('garment', [garment]) : this.#random.pick(anyGarment);
    return withArticle(`${colour} ${called}`);
  }

  background(): string {
    const colour = this.#colour('background');
    return fill(
      this.#random.pick([
        'on a {} background',
        'on a {} background',
        'against a {} background',
        'in front of a {} wall',
        'before a {} backdrop',
        'with {} behind',
        '{} background',
        '{} backdrop',
      ]),
      colour,
    );
  }

  /** What is *not* there, said as people say it. */
  absent(): string {
    const absent = Object.entries(this.#words.absences).filter(
      ([kind]) => this.#value(kind as Kind) === '',
    );
    if (absent.length === 0) return '';
    const [kind, words] = this.#random.pick(absent) as [Kind, Words];
    if (this.#random.chance(0.4)) return this.#tell(kind, words);
    const templates = kind === 'beard' ? without : [...without, ...notWearing];
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
  const has = shuffled(
    [
      maybe('hair', () => says.hair()),
      maybe('beard', () => says.beard()),
      maybe('glasses', () => says.glasses()),
      maybe('earrings', () => says.earrings()),
      maybe('skin', () => says.skin()),
    ].filter(isSaid),
    random,
  );
  const wears = shuffled(
    [maybe('headwear', () => says.headwear()), maybe('clothing', () => says.clothing())].filter(
      isSaid,
    ),
    random,
  );
  const mood = maybe('mood', () => (moodFirst ? says.mood() : says.face()));
  const seen = [maybe('eyes', () => says.eyes()), maybe('extra', () => says.extra())];
  const absent = maybe('absent', () => says.absent());
  const background = maybe('background', () => says.background());
  const hasStyle = mentions('style');
  const subject = (): string => (random.chance(nounShare) ? says.noun() : says.subject());

  if (random.chance(0.2)) {
    const style = hasStyle ? says.style(false) : '';
    const keywords = [mood, ...has, ...wears, ...seen, background, absent, style].filter(isSaid);
    if (keywords.length > 0) {
      const first = random.chance(0.5) ? [subject()] : [];
      return finish([...first, ...shuffled(keywords, random)].join(', '));
    }
  }
  const looks = maybe('looks', () => says.looks());
  const who = withArticle([moodFirst ? mood : '', looks, subject()].filter(isSaid).join(' '));
  const styleLast = hasStyle && random.chance(0.5);
  const clauses = [
    hasStyle && !styleLast ? `${says.style(true)} ${who}` : who,
    has.length > 0 ? `${random.pick(['with', 'with', 'with', 'who has'])} ${listed(has)}` : '',
    wears.length > 0
      ? `${random.pick(['wearing', 'in', 'wearing', 'dressed in', 'who wears'])} ${listed(wears)}`
      : '',
    moodFirst ? '' : mood,
    ...seen,
    absent,
    background,
    styleLast ? says.style(false) : '',
  ].filter(isSaid);
  const [head = '', ...rest] = clauses;
  return finish(
    rest.reduce((text, clause) => text + (random.chance(0.5) ? ', ' : ' ') + clause, head),
  );
}
