/** What the next portraits are drawn with, and what a portrait was. */
import type { Lock } from '../../electron/contract/lock.ts';
import type { Gap } from '../../electron/contract/settings.ts';

export const inspectorStrings = {
  inspector: {
    shape: 'Next portraits',
    resetAll: 'Reset all',
    truncation: 'Truncation',
    truncationTip:
      '0 is the average portrait, 1 the model’s own, above 1 a caricature (truncation ψ)',
    temperature: 'Temperature',
    temperatureTip: 'How far apart the portraits of one prompt lie (τ of the flow)',
    variety: 'Variety',
    varietyTip:
      'From faithful to varied: 0 keeps to the words, 1 gives portraits that have little in common',
    bestOf: 'Keep the best',
    bestOfTip:
      'Draws more portraits than are kept, and keeps those that fit the words best (CLIP score)',
    bestOfs: { 1: 'All', 2: 'of 2 ×', 4: 'of 4 ×', 8: 'of 8 ×' },
    strength: 'Difference',
    strengthTip: 'How far “More like this” goes: 0 repeats the portrait, 1 draws afresh',
    gap: 'Words to picture',
    gapTip: 'How the words’ CLIP embedding is carried over to where pictures lie (modality gap)',
    gaps: {
      none: 'Raw',
      shift: 'Shifted',
      prior: 'Learned',
      ensemble: 'Ensemble',
      neighbours: 'Neighbours',
    } satisfies Record<Gap, string>,
    gapTips: {
      none: 'The text embedding as it is',
      shift: 'Moved by the mean difference between words and pictures',
      prior: 'Through a small network learned for it',
      ensemble: 'Averaged over several phrasings of the prompt',
      neighbours: 'Each portrait is given a picture of the pack’s own that fits the prompt',
    } satisfies Record<Gap, string>,
    seed: 'Seed',
    seedTip: 'The same seed, words and model give the same pixels',
    noiseSeed: 'Noise seed',
    noiseSeedTip:
      'Of the fine grain that the generator adds to each layer: the same portrait, other details',
    ownNoise: 'Its own',
    dropNoise: 'The generator’s own noise',
    rollNoise: 'Roll other noise',
    lock: 'Lock this seed',
    unlock: 'Let the seed change',
    roll: 'Roll another seed',
    thisPortrait: 'This portrait',
    nothing: 'Choose a portrait to see how it was made.',
    copySettings: 'Copy settings',
    settingsCopied: 'Settings copied.',
    restore: 'Restore…',
    words: 'Words',
    without: 'Without',
    unheard: 'Not heard',
    unheardTip: 'Words that made no difference: unknown to the model, or beyond what it takes in',
    score: 'Fits the words',
    scoreTip: (logLikelihood: number | null) => {
      const score = 'Higher fits better (CLIP score: cosine between the words and the picture)';
      if (logLikelihood === null) return score;
      return `${score}. How usual it is for them: log p(w | e) = ${Math.round(logLikelihood).toLocaleString('en')} nats.`;
    },
    size: 'Size',
    made: 'Made',
    time: 'Drawn in',
    how: 'From',
    origins: {
      prompt: 'Words',
      image: 'A picture',
      variation: 'More like another',
      edit: 'Edited',
      reword: 'Same person, new words',
      'carry-over': 'Carried over from another pack',
      interpolation: 'Between two',
      breed: 'Bred from others',
      timeline: 'A timeline',
      import: 'Brought in',
    },
    model: 'Model',
    device: 'Drawn on',
    deviceWhy: 'Why this one',
  },

  locks: {
    label: 'Lock',
    tips: {
      layers: 'These layers of the generator stay as they are',
      directions: 'Nothing moves along the model’s directions for it',
      shown: 'What is shown of it stays, however it is drawn',
    } satisfies Record<Lock['kind'], string>,
  },

  restore: {
    title: 'Restore settings',
    text: 'This is what would change. Untick what should stay.',
    none: 'Every setting is as it was for this portrait.',
    otherPack: (pack: string) =>
      `It was drawn with ${pack}, which is not in use: the same settings will give another portrait.`,
    between: 'It lies on a path between two portraits. Restoring opens Between at its place.',
    apply: 'Restore',
    applyAndDraw: 'Restore and draw',
    drawAgain: 'Draw again',
    openBetween: 'Open in Between',
    timeline: 'It is a frame of a timeline. Restoring opens Timeline at its moment.',
    openTimeline: 'Open in Timeline',
    nothing: 'nothing',
    ownNoise: 'its own',
    fields: {
      prompt: 'Words',
      without: 'Without',
      base: 'Start from',
      seed: 'Seed',
      truncation: 'Truncation',
      temperature: 'Temperature',
      gap: 'Words to picture',
      variety: 'Variety',
      noiseSeed: 'Noise seed',
      strength: 'Difference',
      bestOf: 'Keep the best',
      locks: 'Lock',
    },
    bred: 'It was bred from others. Restoring opens Breed with its parents and weights.',
    openBreed: 'Open in Breed',
    edited:
      'It was made by editing another portrait, which these settings cannot repeat. Replay in its family tree does.',
    slid: 'It was made with sliders. They can be opened as they stood, on the portrait that it was made from.',
    openSliders: 'Open with its sliders',
    parentGone: 'The portrait that it was made from is in the trash or deleted for good.',
    bases: { image: 'a picture', variation: 'another portrait', reword: 'the same person' },
    wordsOnly: 'words alone',
  },
};
