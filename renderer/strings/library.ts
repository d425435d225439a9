/** The library, the filmstrip, and two portraits side by side. */
import type { Standing } from '../../electron/contract/generation.ts';
import { portraits } from './count.ts';

export const libraryStrings = {
  gallery: {
    history: 'History',
    search: 'Search what you made by meaning',
    shelves: { all: 'All', starred: 'Starred', trash: 'Trash' },
    shelf: 'Show',
    showFilmstrip: 'Show history',
    hideFilmstrip: 'Hide history',
    resize: 'Height of the history',
    grid: 'Portraits',
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
    emptyStarred: 'No portrait has a star. Press S on one you like.',
    emptyTrashTitle: 'Nothing to throw away',
    emptyTrash: 'The trash is empty.',
    notRead: 'The portraits could not be read. They are still there.',
    readAgain: 'Try again',
    emptySearchTitle: 'Nothing is like that',
    emptySearch: 'No portrait has all of these filters. Turn one off, or search again.',
    emptyLike: 'There is nothing else that can be compared with it.',
    emptyBoardTitle: 'An empty board',
    emptyBoard: 'Drag portraits onto its name, or press D on those you want on it.',
    showAll: 'Show all portraits',
    toCreate: 'Make the first one',
    trashed: (n: number) => `${portraits(n)} moved to the trash.`,
    restored: (n: number) => `${portraits(n)} put back.`,
    purgeTitle: (n: number) => `Delete ${portraits(n)} for good?`,
    purgeText: 'Pictures and settings are removed from this computer. This cannot be undone.',
    purgeCount: (n: number) => `Delete ${portraits(n)} for good`,
    purged: (n: number) => `${portraits(n)} deleted for good.`,
  },

  compare: {
    title: 'Compare',
    modes: { side: 'Side by side', slide: 'Slide', hover: 'Hover' },
    mode: 'How to compare',
    swap: 'Swap',
    slider: 'Dividing line',
    hint: 'Point at the picture, or hold Space, to see the other one.',
    left: 'Left',
    right: 'Right',
    needsTwo: 'Select a second portrait to compare with.',
  },
};
