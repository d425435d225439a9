/**
 * Words that CLIP is taught last. Evaluation first asks for them while no caption has had them
 * (unseen-prompts.json), which tells what words nobody thought of will do; then CLIP learns them too, since
 * artists use them.
 */
import type { Vocabulary } from './captions.ts';

export const lateWords = {
  hairColours: {
    black: ['raven', 'ebony'],
    'dark brown': ['ebony'],
    red: ['copper'],
    blond: ['flaxen', 'sandy'],
    pink: ['magenta'],
    purple: ['magenta'],
    blue: ['azure'],
    green: ['emerald'],
    grey: ['ash-coloured'],
    white: ['ash-coloured'],
  },
  plainColours: {
    red: ['crimson', 'ruby'],
    orange: ['tangerine', 'mustard'],
    yellow: ['lemon', 'mustard'],
    green: ['emerald', 'jade'],
    teal: ['aquamarine'],
    blue: ['cobalt', 'azure'],
    'light blue': ['azure'],
    navy: ['midnight blue'],
    purple: ['plum', 'fuchsia'],
    pink: ['fuchsia', 'magenta'],
    cream: ['ivory'],
    white: ['ivory'],
    mint: ['jade'],
  },
  skins: {
    light: ['porcelain', 'ivory', 'caucasian'],
    tan: ['sun-kissed', 'bronzed', 'sunburnt'],
    brown: ['mocha'],
    dark: ['african', 'ebony'],
  },
  skinned: {
    light: ['caucasian'],
    tan: ['bronzed'],
    brown: ['mocha-skinned'],
    dark: ['african', 'ebony-skinned'],
  },
  hairLengths: { long: ['lengthy'], short: ['closely trimmed', 'trimmed'] },
  hairFalls: {
    long: ['down to the waist', 'like Rapunzel', 'in trailing tresses'],
    short: ['in a crew cut', 'trimmed close'],
  },
  baldness: { bald: ['a bare scalp', 'a hairless head'] },
  headwear: {
    hat: ['a {} sombrero', 'a {} fedora', 'a {} cowboy hat'],
    hijab: ['a {} veil', 'a muslim {} headscarf'],
    turban: ['a Sikh {} turban'],
    beanie: ['a knitted {} bobble hat'],
    cap: ['a {} trucker cap'],
  },
  glasses: {
    'round glasses': ['{} eyeglasses', '{} specs', '{} reading glasses', '{} circular glasses'],
    'square glasses': ['{} eyeglasses', '{} specs', '{} reading glasses'],
    sunglasses: ['{} aviators', '{} Ray-Bans'],
    eyepatch: ['one eye, like a one-eyed pirate'],
  },
  beards: {
    beard: ['{} facial hair', '{} whiskers'],
    'long beard': ["a viking's {} beard", 'a lot of {} facial hair'],
    moustache: ['a {} handlebar moustache', 'a {} stache'],
  },
  adjectives: {
    happy: ['delighted'],
    laughing: ['ecstatic', 'giggling', 'delighted'],
    sad: ['mournful', 'depressed'],
    angry: ['furious', 'enraged'],
    surprised: ['stunned', 'startled'],
    worried: ['terrified'],
  },
  styleBefore: {
    micah: ['a graphic novel drawing of', 'a manga drawing of'],
    lorelei: ['a pen-and-ink picture of', 'a quill drawing of', 'an etching of'],
    adventurer: ['a slapstick comic of', 'a looney cartoon of'],
    personas: ['a geometric portrait of', 'a minimalist picture of'],
    'toon-head': ['a Disney cartoon of', 'an animation film character,'],
    avataaars: ['a userpic of', 'a profile picture of'],
  },
  styleAfter: {
    micah: ['from a graphic novel', 'manga linework'],
    lorelei: ['pen-and-ink', 'drawn with a quill', 'etched'],
    adventurer: ['slapstick', 'looney'],
    personas: ['made of geometric shapes', 'minimalist'],
    'toon-head': ['Disney', 'from an animation film'],
    avataaars: ['userpic', 'profile picture'],
  },
  nouns: {
    hair: { red: ['redhead'] },
    headwear: { hat: ['cowboy'], hijab: ['muslim woman'], turban: ['Sikh'] },
    glasses: { eyepatch: ['one-eyed pirate'] },
    beard: { 'long beard': ['viking'] },
  },
  described: {
    hairLength: { bald: ['hairless'] },
    glasses: { 'round glasses': ['bespectacled'], 'square glasses': ['bespectacled'] },
    beard: { beard: ['bearded'], 'long beard': ['bearded'], goatee: ['bearded'] },
    headwear: { hijab: ['veiled'] },
  },
  absences: {
    glasses: ['no specs', 'without eyeglasses'],
    beard: ['beardless', 'smooth-shaved', 'no facial hair', 'without facial hair', 'no whiskers'],
  },
} as const satisfies Partial<Record<keyof Vocabulary, object>>;
