/** The tour of a minute. */
export const tourStrings = {
  tour: {
    command: 'Take the tour',
    offer: 'Take a tour of a minute',
    skip: 'End the tour',
    back: 'Back',
    next: 'Next',
    done: 'Begin',
    place: (n: number, count: number) => `${n} of ${count}`,
    stops: {
      words: {
        title: 'Say who',
        text: 'A few words, then Enter. A picture can be dropped here too. Several are drawn at once; choose among them with the arrows.',
      },
      next: {
        title: 'How far they may go',
        text: 'What shapes the next portraits: how unlike they are, how close to the words, and which seed they begin with.',
      },
      places: {
        title: 'Six places',
        text: 'Create draws. Between goes from one portrait to another, Timeline makes a film of several. Library keeps everything, Models is what draws, Grid tries things in rows and columns.',
      },
      inspector: {
        title: 'Shape this one',
        text: 'Once there is a portrait, its sliders stand here, also those that you make of your own words, and how it came to be.',
      },
      history: {
        title: 'Nothing is lost',
        text: 'All that you draw lies here and in the library. Choose one to go on from it, or search by what it shows.',
      },
      commands: {
        title: 'Everything by its name',
        text: 'Every command is found here, with its key. Settings change keys, theme and more; the tour can be taken again.',
      },
    },
  },
};
