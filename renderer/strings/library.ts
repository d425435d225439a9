/** The library, the filmstrip, and two portraits side by side. */
import type { Standing } from '../../electron/contract/generation.ts';
import { portraits } from './count.ts';

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' });
const month3 = new Intl.DateTimeFormat('en', { month: 'short' });

export const libraryStrings = {
  gallery: {
    history: 'History',
    search: 'Search what you made by meaning',
    shelves: { all: 'All', starred: 'Starred', trash: 'Trash' },
    shelf: 'Show',
    hideFilmstrip: 'Hide history',
    resize: 'Height of the history',
    grid: 'Portraits',
    size: 'Size of the portraits',
    pixels: (n: number) => `${n} pixels wide`,
    dates: 'Dates',
    day: (at: Date) => day.format(at),
    month: (month: number) => month3.format(new Date(2000, month)),
    card: (words: string, date: string, { starred, rating, label }: Standing) =>
      [
        ...[words, date],
        ...(starred ? ['starred'] : []),
        ...(rating > 0 ? [`rated ${rating}`] : []),
        ...(label === null ? [] : [`labelled ${label}`]),
      ].join(', '),
    emptyTitle: 'Nothing here yet',
    emptyText: 'Every portrait you make is kept here by itself.',
    emptyStarredTitle: 'No stars yet',
    emptyStarred: (key: string) =>
      `No portrait has a star. ${key === '' ? 'Give one to' : `Press ${key} on`} one you like.`,
    emptyTrashTitle: 'Nothing to throw away',
    emptyTrash: 'The trash is empty.',
    notRead: 'The portraits could not be read. They are still there.',
    readAgain: 'Try again',
    emptySearchTitle: 'Nothing is like that',
    emptySearch: 'No portrait has all of these filters. Turn one off, or search again.',
    emptyLike: 'There is nothing else that can be compared with it.',
    emptyBoardTitle: 'An empty board',
    emptyBoard: (key: string) =>
      `Drag portraits onto its name${key === '' ? '' : `, or press ${key} on those you want on it`}.`,
    showAll: 'Show all portraits',
    toCreate: 'Make the first one',
    trashed: (n: number) => `${portraits(n)} moved to the trash`,
    restored: (n: number) => `${portraits(n)} put back`,
    purgeTitle: (n: number) => `Delete ${portraits(n)} for good?`,
    purgeText: 'Pictures and settings are removed from this computer. This cannot be undone.',
    purgeCount: (n: number) => `Delete ${portraits(n)} for good`,
    purged: (n: number) => `${portraits(n)} deleted for good.`,
  },

  loupe: {
    title: 'Loupe',
    place: (nth: number, all: number) =>
      `${nth.toLocaleString('en')} of ${all.toLocaleString('en')}`,
    previous: 'Previous portrait',
    next: 'Next portrait',
    fit: 'Fit',
    fitTip: (key: string) =>
      `All of the picture${key === '' ? '' : `; ${key} goes there and back`}`,
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
    takenOut: (n: number) =>
      `${portraits(n)} taken out of the comparison. The others are selected.`,
  },
};
