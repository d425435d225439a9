import { portraits } from './count.ts';

export const atlasStrings = {
  atlas: {
    name: 'Atlas: laid out by meaning',
    map: 'Portraits by meaning',
    help: 'Arrow keys move, + and − zoom, 0 shows everything. Tab goes to the portraits.',
    cell: (words: string, count: number) =>
      count > 1 ? `${words}, and ${count - 1} more like it` : words,
    empty: 'Nothing is laid out yet',
    invitation:
      'The atlas puts portraits that look alike next to each other, so that you see at a glance what you have, ' +
      'and where there is still room.',
    layOut: 'Lay out the library',
    layOutRest: (count: number) => `Place ${portraits(count)}`,
    anew: 'Lay out anew: every portrait gets another place',
    layingOut: 'Laying out …',
    nothingFound: 'Nothing here fits your search',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    whole: 'Show everything',
    lassoTip: 'Draw around portraits to select them; or hold Shift',
    drawHere: 'Draw what would lie here',
    drawing: 'Drawing …',
    drawn: 'Drawn, and selected.',
    drawnAt: (others: number) =>
      others === 0
        ? 'Drawn, and selected. It lies where the ring is.'
        : `Drawn, and selected. It lies where the ring is, with ${portraits(others)} around it.`,
    goThere: 'Go there',
    tooFew: 'There are too few portraits around to tell what would lie here.',
  },
};
