/** Sliders, phrases and the plane; what a portrait shows. */
import type { DirectionRef } from '../../electron/contract/edit.ts';

export const editsStrings = {
  edits: {
    shape: 'Shape it',
    phrases: 'Any phrase is a slider',
    newPhrase: 'A phrase to make a slider of',
    placeholder: 'A phrase, or “from → to”',
    addPhrase: 'Make it a slider',
    phrase: ({ from, to }: { from?: string | undefined; to: string }) =>
      from === undefined ? to : `${from} → ${to}`,
    tip: (title: string, kind: DirectionRef['kind']) =>
      `${title}. ${
        {
          named: 'A change that the model brings, in full steps (a direction of w)',
          text: 'From this portrait towards the phrase; 1 is a full step (through CLIP and the flow)',
          principal:
            'One of the ways in which this model’s portraits differ most, in usual steps (PCA of w)',
        }[kind]
      }`,
    details: (title: string) => `More about ${title}`,
    layers: (title: string) => `Where ${title} acts`,
    allLayers: 'All',
    allLayersTip: 'Every layer of the generator',
    ownLayers: 'Its own',
    disentangle: 'Only this',
    disentangleTip:
      'Disentangle: 0 takes along all that goes with the words, 1 changes only what they are most about',
    gain: (value: string) => `${value} nearer to the phrase`,
    gainTip:
      'How much better the picture fits the phrase with this slider than without it (CLIP score)',
    judging: 'Looking at what it does…',
    /** Why a phrase changes nothing. */
    silences: {
      unheard: (words: readonly string[]) =>
        `The model does not know ${words.map((word) => `“${word}”`).join(', ')}`,
      amount: 'Too little to be seen: move it further',
      layers: 'Not seen in these layers: choose All',
      there: 'The portrait is like that already',
      edit: (title: string) => `Hidden by ${title}`,
      portrait: 'Changes nothing at this portrait',
    },
    remove: 'Remove this slider',
    name: (title: string) => `Name of ${title}`,
    namePlaceholder: 'What does it do?',
    ownDirection: (n: number) => `Direction ${n}`,
    showOwn: 'The model’s own directions',
    hideOwn: 'Hide the model’s own directions',
    ownTip: 'The twelve ways in which its portraits differ most (principal components of w)',
    searching: 'Looking for the model’s own directions',
    plane: 'Plane',
    planeOf: 'What spans the plane',
    planeKinds: { sliders: 'Two sliders', portraits: 'Portraits' },
    across: 'Across',
    upward: 'Upward',
    chooseAxis: 'Choose…',
    padOf: (x: string, y: string) => `Plane of ${x} and ${y}`,
    padOfPortraits: (n: number) => `Plane between ${n} portraits`,
    padAt: (x: string, y: string) => `${x}, ${y}`,
    cornersHint: 'Select two or three others in the history (Ctrl+click), then span the plane.',
    useSelected: (n: number) => (n < 2 ? 'Use the selected' : `Use the ${n} selected`),
    noCorners: 'Clear',
    edited: 'Edited, not kept yet',
    notKept: 'Not kept yet',
    asDrawn: 'As it was made, not edited.',
    keep: 'Keep',
    keepCommand: 'Keep the edited portrait',
    resetCommand: 'Let go of the edits',
    newPhraseCommand: 'Make a slider of a phrase',
    letGo: 'Let go',
    kept: 'Kept as a new portrait.',
    editedPortrait: 'Portrait with edits',
  },

  explain: {
    title: 'For these words',
    ask: 'What does this portrait mean?',
    askTip: 'Finds the phrases that tell it from others, and how usual it is for its words',
    hide: 'Hide',
    reading: 'Looking…',
    readingOnce: 'Reading the vocabulary, once for this model.',
    gauge: 'How usual it is for its words',
    rare: 'rare',
    usual: 'usual',
    usualness: (rank: number) =>
      rank < 0.02
        ? 'very rare for these words'
        : rank < 0.15
          ? 'rare for these words'
          : rank < 0.4
            ? 'a little unusual'
            : rank < 0.8
              ? 'usual for these words'
              : 'very usual for these words',
    gaugeTip: (rank: number) =>
      `More usual than ${Math.round(rank * 100)} % of portraits drawn from the same words (log p(w | e))`,
    shows: 'What it shows, more than others do',
    tagTip: (similarity: number, standing: number) =>
      `${standing.toFixed(1)} standard deviations above this model’s portraits (cosine ${similarity.toFixed(2)})`,
    makeSlider: (phrase: string) => `Make a slider of ${phrase}`,
  },
};
