/** Create, and what is done to a portrait. */

import type { Origin } from '../../electron/contract/draw.ts';
import { about } from '../../electron/contract/duration.ts';
import { portraits } from './count.ts';

/** As many words as are still read. */
const MOST_TOLD = 12;

export const createStrings = {
  create: {
    prompt: 'Describe a portrait',
    placeholder: 'Describe a portrait…',
    placeholderBase: 'Add words, or leave it empty',
    placeholderReword: 'Say it in new words…',
    generate: 'Generate',
    count: 'How many portraits',
    fewer: 'Fewer',
    more: 'More',
    addPicture: 'Start from a picture',
    readingPicture: 'Reading the picture…',
    fromPicture: 'From your picture',
    aroundPortrait: 'Around this portrait',
    samePerson: 'Same person',
    removeBase: 'Start from words alone',
    easel: 'Easel',
    takeWords: 'Use these words',
    takeWordsTip: 'Puts the words of this portrait into the field, to go on from them',
    needsWords: 'There are no words yet. Describe a portrait in a few, then press Enter.',
    many: {
      title: (n: number) => `Draw ${portraits(n)}?`,
      text: (ms: number | null) =>
        (ms === null
          ? 'How long that takes is told once some are drawn. '
          : `That takes ${about(ms)}, if they take as long as the last ones. `) +
        'What is drawn is kept, whenever you stop.',
      draw: (n: number) => `Draw ${n.toLocaleString('en')}`,
    },
    tooLong: (length: number, most: number) =>
      `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters. Shorten it to go on.`,
    unheard: (words: readonly string[]) => {
      const told = words.slice(0, MOST_TOLD).map((word) => `“${word}”`);
      const more = words.length - told.length;
      const rest = more > 0 ? ` and ${more} more` : '';
      return `Not heard: ${told.join(', ')}${rest}. The model does not know them, or the text is too long for it.`;
    },
    firstTitle: 'Who would you like to meet?',
    firstText: 'Type a few words above and press Enter, or begin with one of these.',
    firstTextAlone: 'Type a few words above and press Enter.',
    firstSample: 'A portrait that this model drew',
    candidates: 'Candidates',
    bestFirst: 'Sort best first',
    bestFirstCommand: 'Candidates: best first',
    bestFirstTip: 'Puts the candidates that fit the words best (CLIP score) first',
    candidate: (n: number, score: number | null) =>
      score === null ? `Candidate ${n}` : `Candidate ${n}, fits the words ${score.toFixed(2)}`,
    coming: 'On its way',
    clear: 'Clear the words',
    progress: (done: number, count: number) => `${done} of ${count}`,
    scoreTip: 'How well it fits the words; higher is better (CLIP score, a cosine)',
    portraitOf: (prompt: string) => (prompt === '' ? 'Portrait' : `Portrait: ${prompt}`),
    lost: 'This picture cannot be read',
    dropHere: 'Drop a picture to start from it',
    dropHereHint: 'It waits for your words, or for Generate alone.',
    dropEach: (n: number, each: number) => `Draw ${portraits(each)} from each of ${n} pictures`,
    dropEachHint: (hasWords: boolean) =>
      `They are drawn one after the other${hasWords ? ', with the words in the field' : ''}.`,
    dropIn: (n: number) => (n > 1 ? `Bring ${n} into the library` : 'Bring it into the library'),
    dropInHint: 'Kept as they are, with the words and settings they bring. Nothing is drawn.',
    wordsFirst:
      'The words in the field cannot be drawn as they stand, so nothing was drawn. Change them, then drop the pictures again.',
    drawsFromEach: (n: number) => `Drawing from ${n} pictures, one after the other.`,
    tooManyPictures: (most: number) =>
      `At most ${most} pictures are drawn from at once. Nothing was changed. Drop fewer, or bring them into the library.`,
    pictureTooLarge: (limit: string) =>
      `This file is larger than ${limit}, so it was not read. Nothing was changed. Choose a smaller picture.`,
    pictureRestored:
      'This picture was made in a studio like this one. Its settings can be restored.',
    notAFile: 'There is no picture in what was dropped. Nothing was changed.',
  },

  easel: {
    zoom: 'Closer to its pixels, and back',
    fit: 'All of the picture',
    before: 'Hold to see it as it was before',
    beforeTip: 'Hold to see it without what was done to it, or the portrait it was made from',
    isBefore: 'Before',
    beforeOf: (words: string) => (words === '' ? 'Before' : `Before: ${words}`),
    alone: 'The portrait alone, full screen',
    notAlone: 'Back to the studio',
    tools: 'Look at the portrait',
  },

  queue: {
    title: 'Being drawn',
    open: 'Show what is being drawn and what waits',
    waiting: 'waiting',
    cancelAll: 'Cancel all',
    cancelOne: (words: string) => `Cancel ${words}`,
    earlier: (words: string) => `Draw ${words} earlier`,
    later: (words: string) => `Draw ${words} later`,
    paused: 'Drawing broke off. What waits goes on when you say so.',
    brokeOff: (done: number, count: number) =>
      `Drawing broke off when this window was loaded anew: ${done} of ${count} were drawn, and what was drawn is kept.`,
    stopped: (done: number, count: number) =>
      `Drawing was stopped: ${done} of ${count} were drawn, and what was drawn is kept.`,
    goOn: 'Go on',
    hint: 'Drag them, or press Alt with ↑ or ↓, to put one earlier or later. What is drawn stays in the library.',
    kinds: {
      prompt: '',
      image: 'From a picture',
      variation: 'More like this',
      reword: 'Same person',
      edit: 'Mixed',
      breed: 'Bred',
      'carry-over': 'Carried over',
      replay: 'Drawn again',
      grid: 'Kept from the grid',
    } satisfies Record<Origin['kind'] | 'replay' | 'grid', string>,
  },

  actions: {
    star: 'Star',
    unstar: 'Remove star',
    moreLikeThis: 'More like this',
    samePerson: 'Same person, new words',
    samePersonTip: 'Keeps who it is and changes the words (the flow’s noise z stays)',
    surprise: 'Surprise me',
    toBetween: 'To Between',
    toTimeline: 'To Timeline',
    compare: 'Compare',
    export: 'Export…',
    carryOver: 'Carry over to the pack in use',
    restore: 'Restore settings…',
    trash: 'Move to trash',
    putBack: 'Put back',
    purge: 'Delete for good…',
    similar: 'Find alike',
    copyPicture: 'Copy picture',
    copied: 'Picture copied.',
    copyFailed:
      'The picture could not be copied: this window may not use the clipboard. Use Export instead.',
    showInFolder: 'Show in folder',
    copyPath: 'Copy file path',
    pathCopied: (file: string) => `Path copied: ${file}`,
    open: 'Open on the easel',
    selectAll: 'Select all',
  },
};
