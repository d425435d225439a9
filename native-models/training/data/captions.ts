/** Says what a portrait shows, in many of the ways in which an artist might ask for it. */
import { colourNames } from './colour-names.ts';
import { palettes } from './palettes.ts';
import type { ColourPlace, Persona } from './palettes.ts';
import type { Random } from './random.ts';
import { meaningOf } from './sample.ts';
import type { Portrait } from './sample.ts';
import type { Expression, Meaning, StyleName } from './styles.ts';

type Words = readonly string[];

const subjects: Record<Persona, Words> = {
  woman: ['woman', 'woman', 'woman', 'young woman', 'lady', 'girl', 'female', 'young lady'],
  man: ['man', 'man', 'man', 'young man', 'guy', 'boy', 'gentleman', 'fellow', 'dude', 'male'],
  'old woman': ['old woman', 'elderly woman', 'old lady', 'grandmother', 'older woman', 'granny'],
  'old man': ['old man', 'elderly man', 'older man', 'grandfather', 'old guy', 'senior man'],
};
const anybody: Words = ['person', 'character', 'face', 'figure', 'human', 'portrait', 'head'];

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

const baldness: Words = [
  'a bald head',
  'no hair',
  'a shaved head',
  'no hair at all',
  'a shiny bald head',
  'a shaven head',
  'a bald crown',
  'a head as bald as an egg',
  'not a hair on the head',
  'a bare head',
  'a hair-free head',
  'a clean-shaven head',
  'lost all the hair',
];

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
  'full lips': ['with full lips', 'wearing lipstick', 'with pink lips'],
};

const styleBefore: Record<StyleName, Words> = {
  micah: [
    'an ink drawing of',
    'a comic drawing of',
    'an outlined drawing of',
    'a bold line portrait of',
    'a hand-drawn picture of',
    'a comic strip panel of',
    'a line art portrait of',
    'a black-outlined sketch of',
    'an inked cartoon of',
    'a comic-book frame of',
    'a marker sketch of',
    'a pen drawing of',
    'a thick-lined doodle of',
    'an anime-like line drawing of',
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
};
const styleAfter: Record<StyleName, Words> = {
  micah: [
    'ink outlines',
    'in comic style',
    'with bold black outlines',
    'drawn in ink',
    'inked',
    'comic book style',
    'line art',
    'pen drawing',
    'thick outlines',
    'anime linework',
    'drawn with a brush pen',
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
    return this.#colour(place);
  }

  /** A word for the colour of something: one of the usual ones, or one of the many that people use. */
  #colour(place: ColourPlace): string {
    const name = this.#colourName(place);
    const usual = (place === 'hair' ? hairColours : plainColours)[name];
    const rare = colourNames[place][name];
    return this.#say(rare && this.#random.chance(0.4) ? rare : usual);
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

  /** "red-haired", "dark-skinned", "long-haired": what is said of the person before the noun. */
  looks(): string {
    const { hairLength } = this.#sees;
    const skin = this.#say(skinned[this.#colourName('skin')]);
    if (hairLength === 'covered') return skin;
    if (hairLength === 'bald') return this.#random.chance(0.5) ? 'bald' : skin;
    const colour = `${this.#colour('hair')}-haired`;
    const length = hairLength === 'medium' ? colour : `${hairLength ?? ''}-haired`;
    return this.#random.pick([skin, colour, length]);
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
    if (hairLength === 'bald') return this.#say(baldness);
    const colour = this.#colour('hair');
    const thing = hairThings[hairKind ?? ''];
    if (thing && this.#random.chance(0.75)) return fill(this.#say(thing), colour);
    const length = this.#random.chance(0.7) ? this.#say(hairLengths[hairLength ?? '']) : '';
    const kind = this.#random.chance(0.6) ? this.#say(hairKinds[hairKind ?? '']) : '';
    const described = this.#random.chance(0.5) ? [length, kind, colour] : [length, colour, kind];
    const falls = length === '' && this.#random.chance(0.4);
    return fill(
      `${described.join(' ')} hair ${falls ? this.#say(hairFalls[hairLength ?? '']) : ''}`,
      '',
    );
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
    const colour = this.#colour('clothing');
    const garment = this.#say([this.#sees.garment ?? 'top', 'top', 'shirt']);
    return this.#random.chance(0.15) ? `${colour} clothes` : withArticle(`${colour} ${garment}`);
  }

  background(): string {
    const colour = this.#colour('background');
    return fill(
      this.#say([
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
    const absences: string[] = [];
    if (!this.#sees.glasses) absences.push('without glasses', 'no glasses', 'with bare eyes');
    if (!this.#sees.beard) absences.push('clean-shaven', 'without a beard', 'no beard', 'shaven');
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
  const looksLike = random.chance(0.12) ? says.looks() : '';
  const who = withArticle([mood, looksLike, says.subject()].filter(isSaid).join(' '));
  const clauses = [
    styleLast || style === '' ? who : `${style} ${who}`,
    has.length > 0 ? `${random.pick(['with', 'with', 'with', 'who has'])} ${listed(has)}` : '',
    wears.length > 0
      ? `${random.pick(['wearing', 'in', 'wearing', 'dressed in', 'who wears'])} ${listed(wears)}`
      : '',
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
