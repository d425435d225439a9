/** The library, the filmstrip, and two portraits side by side. */
import { portraits } from './count.ts';

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' });
const month3 = new Intl.DateTimeFormat('en', { month: 'short' });

export const libraryStrings = {
  gallery: {
    history: 'History',
    search: 'Search what you made by meaning',
    searchPlaceholder: 'Search by meaning…',
    clearSearch: 'Clear search',
    shelves: { all: 'All', starred: 'Starred', trash: 'Trash' },
    shelf: 'Show',
    results: 'Closest first',
    alike: 'Alike, closest first',
    showFilmstrip: 'Show history',
    hideFilmstrip: 'Hide history',
    resize: 'Height of the history',
    grid: 'Portraits',
    size: 'Size of the portraits',
    pixels: (n: number) => `${n} pixels wide`,
    dates: 'Dates',
    day: (at: Date) => day.format(at),
    month: (month: number) => month3.format(new Date(2000, month)),
    selected: (n: number) => `${n.toLocaleString('en')} selected`,
    card: (words: string, date: string, starred: boolean) =>
      `${words}, ${date}${starred ? ', starred' : ''}`,
    emptyTitle: 'Nothing here yet',
    emptyText: 'Every portrait you make is kept here by itself.',
    emptyStarred: 'No portrait has a star. Press S on one you like.',
    emptyTrash: 'The trash is empty.',
    notRead: 'The portraits could not be read. They are still there.',
    readAgain: 'Try again',
    emptySearch: 'Nothing to find yet: search looks through the portraits of the model in use.',
    toCreate: 'Make the first one',
    trashed: (n: number) => `${portraits(n)} moved to the trash.`,
    restored: (n: number) => `${portraits(n)} put back.`,
    emptyTheTrash: 'Empty trash…',
    purgeTitle: (n: number) => `Delete ${portraits(n)} for good?`,
    purgeText: 'Pictures and settings are removed from this computer. This cannot be undone.',
    purge: 'Delete for good',
    purged: (n: number) => `${portraits(n)} deleted for good.`,
  },

  loupe: {
    title: 'Loupe',
    open: 'Look closer',
    place: (nth: number, all: number) => `${nth.toLocaleString('en')} of ${all.toLocaleString('en')}`,
    previous: 'Previous portrait',
    next: 'Next portrait',
    fit: 'Fit',
    fitTip: 'All of the picture; Z goes there and back',
    closer: 'Closer',
    further: 'Further away',
    pixels: (n: number) =>
      n === 1 ? 'A pixel of the picture on a pixel of the screen' : 'Twice its own pixels',
    size: (width: number, height: number) => `${width} × ${height}`,
    zoom: 'Zoom',
    picture: 'Picture, to zoom and move',
    percent: (n: number) => `${n} %`,
    toEasel: 'Open on the easel',
  },

  compare: {
    title: 'Compare',
    modes: { side: 'Side by side', slide: 'Slide', hover: 'Hover' },
    mode: 'How to compare',
    swap: 'Swap',
    slider: 'Dividing line',
    hint: 'Point at the picture, or hold Space, to see the other one.',
    nth: (n: number) => `Portrait ${n}`,
    needsTwo: 'Select a second portrait to compare with.',
    tooMany: (n: number) => `Up to ${n} portraits can be compared. Select fewer.`,
    reject: 'Take out of the comparison',
  },
};
