/** Ratings, labels, tags, notes and boards. */
import type { Label } from '../../electron/contract/arrange.ts';
import { portraits } from './count.ts';

const labels: Record<Label, string> = {
  red: 'Red',
  orange: 'Orange',
  yellow: 'Yellow',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
};

const stars = (rating: number): string => (rating === 1 ? '1 star' : `${rating} stars`);

export const arrangeStrings = {
  arrange: {
    title: 'Arrange',
    titleMany: (n: number) => `Arrange ${portraits(n)}`,

    rating: 'Rating',
    stars,
    rate: (rating: number) => (rating === 0 ? 'No rating' : `Rate ${stars(rating)}`),
    rated: (n: number, rating: number) =>
      rating === 0 ? `Rating taken off ${portraits(n)}` : `${portraits(n)} rated ${stars(rating)}`,

    label: 'Label',
    labels,
    labelAs: (label: Label) => `Label ${labels[label].toLowerCase()}`,
    labelled: (n: number, label: Label | null) =>
      label === null
        ? `Label taken off ${portraits(n)}`
        : `${portraits(n)} labelled ${labels[label].toLowerCase()}`,

    tags: 'Tags',
    editTags: 'Tags…',
    tagTitle: (n: number) => `Tags of ${portraits(n)}`,
    states: { all: 'on', some: 'on some' },
    addTag: 'Find a tag, or write a new one',
    addTagHint: 'Type a tag and press Enter.',
    newTag: (tag: string) => `New tag “${tag}”`,
    removeTag: (tag: string) => `Take off the tag ${tag}`,
    someHave: (n: number, all: number) => `${n} of ${all}`,
    tagged: (n: number, tag: string) => `${portraits(n)} tagged “${tag}”`,
    untagged: (n: number, tag: string) => `Tag “${tag}” taken off ${portraits(n)}`,

    note: 'Note',
    notePlaceholder: 'Write a note…',
    notesDiffer: 'Different notes; writing here replaces them',
    noted: (n: number) => `note on ${portraits(n)}`,

    boards: 'Boards',
    newBoard: 'New board',
    newBoardIn: (name: string) => `New board in “${name}”`,
    boardName: 'Name of the board',
    putOnBoard: 'Put on board…',
    putOnTitle: (n: number) => `Put ${portraits(n)} on a board`,
    findBoard: 'Find a board, or name a new one',
    makeBoard: (name: string) => `New board “${name}”`,
    noBoards: 'No boards yet. Type a name to make one.',
    putOn: (n: number, name: string) => `${portraits(n)} put on “${name}”`,
    takeOff: (name: string) => `Take off “${name}”`,
    takeOffHere: 'Take off this board',
    takenOff: (n: number, name: string) => `${portraits(n)} taken off “${name}”`,
    moved: (n: number) => `order of ${portraits(n)}`,
    boardMade: (name: string) => `board “${name}”`,
    boardRenamed: (name: string) => `name “${name}”`,
    boardChanged: (name: string) => `change of “${name}”`,
    boardRemoved: (name: string) => `removal of “${name}”`,
    boardRemovedTold: (name: string) =>
      `Board “${name}” removed. Its portraits stay in the library`,
    rename: 'Rename…',
    removeBoard: 'Remove board',
    removeBoardCount: (n: number) => `Remove board (its ${portraits(n)} stay)`,
    moveUp: 'Move up',
    moveDown: 'Move down',
    moveInto: (name: string) => `Move into “${name}”`,
    moveOut: 'Move out',
    moveEarlier: 'Move earlier on this board',
    moveLater: 'Move later on this board',
    makeCover: 'Make it the cover of this board',
    boardMenu: (name: string) => `What can be done with ${name}`,
  },
};
