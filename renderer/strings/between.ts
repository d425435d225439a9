/** Between, and what other paths share with it. */
import type { PathSpace } from '../../electron/contract/generation.ts';

export const betweenStrings = {
  between: {
    a: 'A',
    b: 'B',
    end: (end: string) => `End ${end}`,
    prompt: (end: string) => `Words for ${end}`,
    swap: 'Swap',
    dropHere: 'Words below, or drop a picture or a portrait here',
    emptyTitle: 'A way from one portrait to another',
    emptyText: 'Say what stands at A and at B: words, a picture, or a portrait from below.',
    slider: 'Position between A and B',
    preview: 'Portrait at this position',
    keep: 'Keep this one',
    kept: 'Kept in the library.',
    play: 'Play',
    pause: 'Pause',
    exportStrip: 'Export strip…',
    strip: 'Stops',
    stop: (position: string) => `Stop at ${position}`,
    pathTitle: 'Path',
    path: {
      clip: {
        title: 'Meaning',
        tip: 'Great circle in CLIP’s space',
        text: 'Halfway means halfway in words.',
      },
      flow: {
        title: 'Person',
        tip: 'Straight in the flow’s noise z and its condition',
        text: 'The person changes as smoothly as the words do.',
      },
      w: {
        title: 'Style',
        tip: 'Straight in the generator’s w',
        text: 'The steadiest morph: every feature moves by even steps.',
      },
    } satisfies Record<PathSpace, { title: string; tip: string; text: string }>,
    stopsTitle: 'Stops',
    stops: 'How many',
    endsTitle: 'Both ends',
    seed: 'Seed',
    seedTip: 'One random seed for both ends: what the words do not say stays the same',
    roll: 'Roll another seed',
  },

  slot: {
    placeholder: 'Words…',
    usePicture: 'Use a picture',
    useCurrent: 'Use the portrait on the easel',
    useWords: 'Use words',
    trashed: 'In the trash. Put it back',
    emptied: 'A portrait of your path was deleted for good. Its place is empty now.',
  },

  evenSteps: {
    title: 'Even steps to the eye',
    hint: 'The same change from step to step; nothing jumps. Every path is measured first, by drawing it.',
    measuring: 'Finding even steps…',
    measuringOf: (done: number, total: number) =>
      `Measuring the path: picture ${done} of about ${total}`,
  },
};
