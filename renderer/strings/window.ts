/** The window around all places: bars, keys, commands, undo. */
import type { WorkKind } from '../state/background.ts';
import type { Place, Theme } from '../state/places.ts';
import { portraits, remaining } from './count.ts';

export const windowStrings = {
  title: 'CLIP-Flow Studio',

  close: 'Close',

  cancel: 'Cancel',

  portraits,

  remaining,

  untitled: 'Without words',

  places: {
    create: 'Create',
    between: 'Between',
    timeline: 'Timeline',
    library: 'Library',
    models: 'Models',
    grid: 'Grid',
  } satisfies Record<Place, string>,

  shell: {
    looking: (done: number, total: number) =>
      `Looking at portraits that this pack’s CLIP has not seen: ${done} of ${total}. They are found once it has.`,
    indexing: (done: number, total: number) =>
      `Making portraits findable by what they show: ${done} of ${total}. Everything else can be done meanwhile.`,
    stop: 'Stop',
    places: 'Places',
    commands: 'Commands',
    keys: 'Keys',
    theme: { system: 'As the system', light: 'Light', dark: 'Dark' } satisfies Record<
      Theme,
      string
    >,
    appearance: 'Appearance',
    inspector: 'Inspector',
    showInspector: 'Show inspector',
    hideInspector: 'Hide inspector',
    connecting: 'Connecting…',
    disconnected: 'The studio does not answer. Trying again; what you made is kept.',
    restarted:
      'The drawing process stopped and was started again. Nothing is lost; its work is repeated.',
    noDevice: 'Ready to draw',
    trying: 'Drawing…',
    ended: {
      drawing: 'Everything asked for has been drawn.',
      export: 'The export has ended.',
      film: 'The film has ended.',
      'bring-in': 'The pictures have been looked through.',
      upkeep: 'The work on the library has ended.',
      model: 'The model has been looked at.',
      download: 'The download has ended.',
      bridge: 'Learning has ended.',
      atlas: 'The atlas has been laid out.',
    } satisfies Record<WorkKind, string>,
    fellBack: (used: string, wanted: string) => `${used}, because ${wanted} could not be used`,
  },

  devices: {
    ...{ cuda: 'CUDA', webgpu: 'WebGPU', coreml: 'CoreML', dml: 'DirectML', cpu: 'CPU' },
    server: 'Model server',
  },

  pack: {
    loading: 'Loading model…',
    missingTitle: 'No model yet',
    refusedTitle: 'This model cannot be used',
    toModels: 'Open Models',
  },

  slider: {
    reset: (label: string) => `Reset ${label.toLowerCase()}`,
    typed: (label: string) => `${label}, as a number`,
  },

  undo: {
    undo: 'Undo',
    redo: 'Redo',
    undid: (label: string) => `Undone: ${label}`,
    redid: (label: string) => `Done again: ${label}`,
    prompt: 'words',
    without: 'what to leave out',
    style: 'style',
    base: 'starting point',
    settings: 'setting',
    choose: 'choice of portrait',
    between: 'change of the path',
    position: 'place on the path',
    timeline: 'change of the timeline',
    grid: 'change of the grid',
    generate: (n: number) => `drawing of ${portraits(n)}`,
    star: (n: number) => `star on ${portraits(n)}`,
    unstar: (n: number) => `star off ${portraits(n)}`,
    trash: (n: number) => `deletion of ${portraits(n)}`,
    restore: (n: number) => `return of ${portraits(n)}`,
    recall: 'restored settings',
    slider: 'slider',
    plane: 'place on the plane',
    phrase: 'change of phrases',
    reset: 'reset of the portrait',
    name: 'name of a direction',
    sort: 'order of candidates',
    keep: 'kept portrait',
  },

  palette: {
    title: 'Commands',
    placeholder: 'What would you like to do?',
    empty: 'No command of that name.',
    /** What commands are looked for by, beside what they are called. */
    synonyms: {
      library: 'gallery trash deleted',
      models: 'pack checkpoint',
      settings: 'preferences options model server device theme',
      trash: 'delete remove',
      purge: 'remove erase trash',
      zoom: 'zoom 100%',
      closer: 'zoom in enlarge',
      further: 'zoom out',
      fit: 'zoom fit',
    },
  },

  keys: {
    title: 'Keys',
    groups: {
      go: 'Go to',
      make: 'Make',
      easel: 'Look at it',
      portrait: 'The portrait',
      arrange: 'Arrange',
      between: 'Between',
      timeline: 'Timeline',
      grid: 'Grid',
      window: 'Window',
    },
    prompt: 'Go to the words',
    cancelRun: 'Stop drawing',
    loupeHere: 'Look closer, in a list',
    resizeCells: 'Larger and smaller portraits, in the library',
    arrows: 'Walk through portraits',
    earlier: 'Earlier and later words, in the field',
    bigSteps: 'Ten steps of a slider',
    change: 'Change keys…',
  },

  about: {
    title: 'About CLIP-Flow Studio',
    text: 'It draws on this machine, keeps what it makes there, and connects to no other by itself.',
    version: 'Version',
    license: 'Licence',
    studioLicense: 'Apache-2.0',
    model: 'The model in use',
    name: 'Name',
    others: 'With the work of others',
    search: 'Search packages and licences',
    found: (n: number, all: number) => (n === all ? `${all} packages` : `${n} of ${all} packages`),
    noNotices: 'The notices are not there. Build the window again with "npm run build".',
  },
};
