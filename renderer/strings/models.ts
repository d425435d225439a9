/** Model packs. */
import { portraits } from './count.ts';

export const modelsStrings = {
  models: {
    title: 'Models',
    text: 'A model pack holds everything that turns words into portraits. Nothing in it is code.',
    inUse: 'In use',
    use: 'Use this model',
    check: 'Check files',
    checking: 'Checking…',
    checked: 'Every file is as it should be, and it draws.',
    refused: 'Cannot be used',
    none: 'No model pack was found.',
    size: (px: number) => `${px} × ${px} px`,
    license: 'Licence',
    folder: 'Folder',
    from: 'From',
    version: 'Version',
    portraitSize: 'Portrait size',
    credits: 'Made from the work of',
    add: 'Add a model…',
    dropHere: 'Drop a model pack (.zip) to add it',
    reading: (file: string) => `Reading ${file}…`,
    checkingNew: 'Checking every file, then drawing with it…',
    notRead:
      'That file could not be read. Nothing was changed. Choose a model pack as one .zip file.',
    added: (title: string) => `${title} was added.`,
    replaceTitle: 'Replace this model?',
    replaceText:
      'A model of the same id is there already. Portraits that it drew stay; the new one draws from now on.',
    isThere: 'There now',
    isOffered: 'In its place',
    name: 'Name',
    replace: 'Replace',
    devices: 'What it can draw on',
    deviceStatus: {
      used: 'In use',
      available: 'Available',
      untried: 'Not tried yet',
      unavailable: 'Not available',
    },
    library: 'Library',
    privacy: 'Who can read it',
    privacyText: {
      private: 'Nobody but you',
      open: 'Other users of this computer: its disk, or a link in it, does not keep them out',
      unknown: 'Whoever Windows lets into its folder',
    },
    libraryText: (n: number, trashed: number) =>
      `${portraits(n)}${trashed > 0 ? `, ${trashed.toLocaleString('en')} in the trash` : ''}`,
  },
};
