/**
 * Phrases that portraits are told in, as an artist would say them. What they say of a portrait is how
 * much better they fit it than others (see explain.ts), so that it does no harm if a pack knows some
 * of them badly.
 */
const AGES = ['a child', 'a teenager', 'a young person', 'a middle-aged person', 'an old person'];

const PEOPLE = [
  ...['a man', 'a woman', 'a boy', 'a girl', 'a young man', 'a young woman', 'an old man'],
  ...['an old woman', 'a bearded man', 'a grandmother', 'a grandfather', 'somebody androgynous'],
  ...['a student', 'a teacher', 'a doctor', 'a nurse', 'a chef', 'a sailor', 'a soldier'],
  ...[
    'a police officer',
    'a farmer',
    'a scientist',
    'an artist',
    'a musician',
    'a business person',
  ],
  ...['an athlete', 'a punk rocker', 'a hippie', 'a hipster', 'a goth', 'a gentleman', 'a nerd'],
  ...['a pirate', 'a wizard', 'a queen', 'a king', 'a clown', 'a robot', 'a cartoon character'],
];

const MOODS = [
  ...[
    'smiling',
    'a big smile',
    'laughing',
    'grinning with teeth',
    'a closed mouth',
    'an open mouth',
  ],
  ...['a neutral face', 'serious', 'sad', 'frowning', 'crying', 'angry', 'grumpy', 'surprised'],
  ...['shocked', 'afraid', 'disgusted', 'in love', 'shy', 'bored', 'tired', 'sleepy', 'dreamy'],
  ...[
    'thoughtful',
    'sceptical',
    'confused',
    'proud',
    'cheeky',
    'winking',
    'sticking out the tongue',
  ],
  ...[
    'blowing a kiss',
    'whistling',
    'calm',
    'friendly',
    'stern',
    'mischievous',
    'worried',
    'happy',
  ],
];

const EYES = [
  ...['big eyes', 'small eyes', 'closed eyes', 'wide open eyes', 'half-closed eyes', 'round eyes'],
  ...['narrow eyes', 'dark eyes', 'blue eyes', 'green eyes', 'brown eyes', 'long eyelashes'],
  ...['thick eyebrows', 'thin eyebrows', 'raised eyebrows', 'angry eyebrows', 'make-up'],
  ...['looking to the side', 'looking up', 'looking at you'],
];

const HAIR_LENGTHS = [
  ...[
    'bald',
    'a shaved head',
    'very short hair',
    'short hair',
    'shoulder-length hair',
    'long hair',
  ],
  ...[
    'very long hair',
    'thick hair',
    'thin hair',
    'big hair',
    'flat hair',
    'messy hair',
    'neat hair',
  ],
];

const HAIR_SHAPES = [
  ...['straight hair', 'wavy hair', 'curly hair', 'frizzy hair', 'an afro', 'dreadlocks', 'braids'],
  ...['a ponytail', 'pigtails', 'a bun', 'a bob', 'a fringe', 'a side parting', 'a mohawk'],
  ...['spiky hair', 'a quiff', 'a bowl cut', 'a mullet', 'an undercut', 'receding hair'],
];

const HAIR_COLOURS = [
  ...['black hair', 'dark hair', 'brown hair', 'light brown hair', 'auburn hair', 'red hair'],
  ...['ginger hair', 'blond hair', 'platinum blond hair', 'grey hair', 'white hair', 'silver hair'],
  ...['pink hair', 'purple hair', 'blue hair', 'green hair', 'orange hair', 'turquoise hair'],
];

const FACES = [
  ...[
    'a round face',
    'an oval face',
    'a square face',
    'a long face',
    'a thin face',
    'chubby cheeks',
  ],
  ...['a small nose', 'a big nose', 'a pointed nose', 'a round nose', 'big ears', 'small ears'],
  ...['full lips', 'thin lips', 'red lips', 'a wide mouth', 'a small mouth', 'a strong chin'],
  ...['wrinkles', 'freckles', 'a beauty mark', 'rosy cheeks', 'a scar', 'a tattoo', 'a long neck'],
];

const SKIN = [
  ...['pale skin', 'light skin', 'tanned skin', 'olive skin', 'brown skin', 'dark skin'],
  ...['black skin', 'yellow skin', 'unnatural skin colour'],
];

const BEARDS = [
  ...['a beard', 'a full beard', 'a short beard', 'a long beard', 'stubble', 'a goatee'],
  ...['a moustache', 'a big moustache', 'a thin moustache', 'sideburns', 'clean-shaven'],
  ...['a grey beard', 'a white beard', 'a red beard', 'a black beard', 'a brown beard'],
];

const WORN = [
  ...['glasses', 'round glasses', 'square glasses', 'big glasses', 'thin glasses', 'sunglasses'],
  ...['an eye patch', 'a monocle', 'no glasses', 'a hat', 'a cap', 'a beanie', 'a winter hat'],
  ...['a turban', 'a headscarf', 'a hijab', 'a hood', 'a helmet', 'a crown', 'a headband', 'a bow'],
  ...['earrings', 'hoop earrings', 'a nose ring', 'a necklace', 'a pearl necklace', 'headphones'],
  ...['a scarf', 'a tie', 'a bow tie', 'a mask', 'a flower in the hair', 'a bare head'],
];

const CLOTHES = [
  ...['a shirt', 'a T-shirt', 'a striped shirt', 'a checked shirt', 'a plain shirt', 'a hoodie'],
  ...['a sweater', 'a turtleneck', 'a jacket', 'a blazer', 'a suit', 'a uniform', 'a dress'],
  ...['overalls', 'a vest', 'a tank top', 'a collar', 'a V-neck', 'a print on the shirt'],
  ...['white clothes', 'black clothes', 'grey clothes', 'red clothes', 'orange clothes'],
  ...['yellow clothes', 'green clothes', 'blue clothes', 'purple clothes', 'pink clothes'],
  ...['brown clothes', 'turquoise clothes', 'colourful clothes', 'dark clothes', 'light clothes'],
];

const BACKGROUNDS = [
  ...['a white background', 'a black background', 'a grey background', 'a red background'],
  ...['an orange background', 'a yellow background', 'a green background', 'a blue background'],
  ...['a light blue background', 'a dark blue background', 'a purple background'],
  ...['a pink background', 'a beige background', 'a brown background', 'a turquoise background'],
  ...['a dark background', 'a bright background', 'a pale background', 'a plain background'],
];

const MANNERS = [
  ...['a flat drawing', 'a drawing with thick outlines', 'a drawing without outlines', 'a sketch'],
  ...[
    'a simple drawing',
    'a detailed drawing',
    'a line drawing',
    'a cartoon',
    'a caricature',
    'a comic',
    'an avatar',
    'a black and white drawing',
  ],
  ...['bright colours', 'pale colours', 'dark colours', 'warm colours', 'cold colours'],
  ...[
    'high contrast',
    'low contrast',
    'a close-up',
    'seen from afar',
    'head and shoulders',
    'a photo',
  ],
];

export const VOCABULARY: readonly string[] = [
  ...[AGES, PEOPLE, MOODS, EYES, HAIR_LENGTHS, HAIR_SHAPES, HAIR_COLOURS].flat(),
  ...[FACES, SKIN, BEARDS, WORN, CLOTHES, BACKGROUNDS, MANNERS].flat(),
];
