/** Learning a bridge between a CLIP and a generator. */
import { HOUR_MS, MINUTE_MS, size } from './count.ts';

/** A length of time as it is said: rough, since it is a guess. */
function duration(ms: number): string {
  if (ms < 1.5 * MINUTE_MS) return ms < 45_000 ? 'less than a minute' : 'about a minute';
  if (ms < 1.5 * HOUR_MS) return `about ${Math.round(ms / MINUTE_MS)} minutes`;
  if (ms < 36 * HOUR_MS) return `about ${Math.round(ms / HOUR_MS)} hours`;
  return `about ${Math.round(ms / (24 * HOUR_MS))} days`;
}

export const bridgesStrings = {
  bridges: {
    title: 'Learn a bridge',
    text: 'The generator draws pictures by chance, the CLIP looks at them, and the studio learns the way back: from words to pictures. It needs no captions and no data set, and you can pause at any time.',
    begin: 'Learn a bridge…',
    clip: 'CLIP: reads the words',
    generator: 'Generator: draws the pictures',
    partOf: (title: string) => `${title} (part of the pack)`,
    pairs: 'Pictures to learn from',
    pairsHint: (least: number, most: number) =>
      `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`,
    presets: [
      { title: 'A try', pairs: 1_000 },
      { title: 'Rough', pairs: 5_000 },
      { title: 'Good', pairs: 20_000 },
      { title: 'Thorough', pairs: 100_000 },
    ],
    /** @param there pictures that are drawn already */
    estimate: (drawing: number, learning: number, there: number) => {
      const all = drawing === 0 ? '' : `${duration(drawing)} of drawing, then `;
      const text = `${all}${duration(learning)} of learning at the most, as measured on this computer.`;
      return `${there > 0 ? `${there.toLocaleString('en')} are there already. ` : ''}${text.charAt(0).toUpperCase()}${text.slice(1)}`;
    },
    notMeasured: 'How long it takes, this computer can tell after a short trial of the two.',
    measure: 'Measure',
    measuring: 'Trying the two…',
    judge: 'Who says how well words are heeded?',
    judgeHint: 'Another CLIP than the one that chooses',
    noJudge: 'Nobody',
    about: 'What do its pictures show?',
    aboutHint: 'Optional, such as “a photo of a cat”. It helps the CLIP to tell pictures apart.',
    name: 'Name of the new model',
    nameHint: 'Optional',
    prompts: 'Words to try while it learns',
    promptsHint: (most: number) => `One a line, up to ${most}`,
    somePrompts: [
      'in bright daylight',
      'in the dark',
      'something red',
      'something blue',
      'very old',
      'very young',
      'seen from the side',
      'seen from close by',
    ],
    start: 'Start',
    needsBoth: 'A bridge needs a CLIP and a generator. Bring them first.',
    oneAtATime: 'Another bridge is being learnt. Pause it first, or wait until it is done.',
    unfinished: 'Begun earlier',
    finished: 'Pictures of finished bridges',
    pictures: (drawn: number, bytes: number) =>
      `${drawn.toLocaleString('en')} pictures and what the CLIP sees in them, ${size(bytes)}`,
    learnAgain: 'Learn again…',
    removePictures: 'Remove…',
    removePicturesTitle: 'Remove these pictures?',
    removePicturesText: (pictures: number) =>
      `The ${pictures.toLocaleString('en')} pictures are deleted, and another bridge between the two has to draw them again. The pack that was made of them stays.`,
    removeNow: 'Remove',
    picturesRemoved: 'The pictures were removed.',
    between: (clip: string, generator: string) => `${clip} → ${generator}`,
    soFar: (drawn: number, pairs: number, learnt: number) =>
      learnt > 0
        ? `All ${pairs.toLocaleString('en')} pictures drawn, ${learnt.toLocaleString('en')} steps learnt`
        : `${drawn.toLocaleString('en')} of ${pairs.toLocaleString('en')} pictures drawn`,
    goOn: 'Go on',
    learning: 'Learning a bridge',
    stages: { pairs: 'Drawing pictures', training: 'Learning', pack: 'Making the pack' },
    doneOf: {
      pairs: (done: number, total: number) =>
        `${done.toLocaleString('en')} of ${total.toLocaleString('en')} pictures`,
      training: (done: number, total: number) =>
        `step ${done.toLocaleString('en')} of at most ${total.toLocaleString('en')}`,
      pack: () => '',
    },
    left: (ms: number) => `${duration(ms)} left`,
    starting: 'Getting ready…',
    ending: 'Keeping what is learnt…',
    pause: 'Pause',
    useNow: 'Use it now',
    useNowTip: 'Learns no more, and makes a pack of the best flow so far',
    discard: 'Discard…',
    discardNow: 'Discard',
    discardTitle: 'Discard this bridge?',
    discardText: (pictures: number) =>
      `What it has learnt, and the ${pictures.toLocaleString('en')} pictures that it learnt from, are deleted. The CLIP, the generator and your portraits stay.`,
    discarded: 'The bridge was discarded.',
    goesOn: 'It goes on while you work in other places. Closing the window pauses it.',
    curve: 'How well it learns',
    curveText: (step: number, loss: string, best: string | null) =>
      `After ${step.toLocaleString('en')} steps the loss is ${loss}${best === null ? '' : `; best on pictures it has not seen: ${best}`}. Lower is better.`,
    steps: 'Steps',
    loss: 'Loss (nats)',
    trained: 'Pictures it learns from',
    heldOut: 'Pictures it has not seen',
    best: 'Best',
    samples: 'As it draws now',
    noSamples: 'The first pictures come once it has begun to learn.',
    learnt: (title: string) => `${title} is learnt.`,
  },
};
