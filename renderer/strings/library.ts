/** The library, the filmstrip, and two portraits side by side. */
import { portraits } from './count.ts';

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
