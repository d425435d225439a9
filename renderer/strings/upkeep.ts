/** Looking after the whole library. */
import type { Merged, Moved, Rebuilt } from '../../electron/contract/library.ts';
import type { UpkeepKind } from '../state/upkeep-kinds.ts';
import { pictures, portraits, size } from './count.ts';

/** The parts of a sentence that say something, joined as a list of words is. */
const listed = (...parts: readonly (string | false)[]): string => {
  const said = parts.filter((part) => part !== false);
  return [said.slice(0, -1).join(', '), said.at(-1) ?? '']
    .filter((part) => part !== '')
    .join(' and ');
};

export const upkeepStrings = {
  upkeep: {
    title: 'Look after the library',
    command: 'Look after the library…',
    text: 'Check it, keep a copy, and put right what went wrong. You can go on working meanwhile.',
    where: 'Where it lies',
    holds: 'It holds',
    holdsText: (n: number, trashed: number) =>
      trashed === 0
        ? portraits(n)
        : `${portraits(n)}, and ${trashed.toLocaleString('en')} in the trash`,
    trash: 'The trash',
    deeds: {
      verify: {
        title: 'Verify',
        text: 'Reads every row and every picture, and says what is wrong. Nothing is changed.',
        run: 'Verify',
        running: 'Reading every portrait…',
      },
      backup: {
        title: 'Back up',
        text: 'A copy of all of it, checked after writing. Keep it on another disk.',
        run: 'To a folder…',
        running: 'Copying and checking…',
      },
      merge: {
        title: 'Merge another library in',
        text: 'Takes in what a backup or another library holds and this one does not, without doubles. Pictures that are gone or damaged here come back.',
        run: 'From a folder…',
        running: 'Taking in…',
      },
      rebuild: {
        title: 'Rebuild from the pictures',
        text: 'Writes rows anew that are damaged or gone. Boards, tags, ratings, notes and stars stay.',
        run: 'Rebuild',
        running: 'Comparing rows with pictures…',
      },
      move: {
        title: 'Move',
        text: 'To another folder or disk. At the very end the studio opens it there; what is being drawn then stops, and what is drawn stays.',
        run: 'To a folder…',
        running: 'Copying to its new place…',
      },
    } satisfies Record<UpkeepKind, { title: string; text: string; run: string; running: string }>,
    asZip: 'As one ZIP…',
    downloadZip: 'Download as ZIP',
    fromZip: 'From a ZIP…',
    moveElsewhere:
      'To another folder or disk. A browser can choose none: close the studio, and run',
    moveCommand: 'clip-flow library move <new folder>',
    running: (percent: number | null) =>
      percent === null ? 'Looking after the library…' : `Looking after the library: ${percent} %`,
    inBackground: 'You can close this; it goes on.',
    stop: 'Stop',
    back: 'Back',
    whatToDo: 'What to do',
    verified: (n: number, bytes: number) => `Checked ${portraits(n)}, ${size(bytes)} of pictures.`,
    well: 'All is well.',
    wrong: (n: number) =>
      n === 1
        ? 'One thing is not as it should be.'
        : `${n.toLocaleString('en')} things are not as they should be.`,
    unchanged: 'Nothing was changed.',
    remedies: {
      rebuild: 'Rows that are damaged or gone can be written anew from the pictures.',
      merge: 'Pictures that are gone or damaged come back out of a backup.',
    },
    strangers:
      'Files that are none of the library’s do no harm; they can stay, or be moved elsewhere.',
    backedUp: 'The backup is whole and was read back:',
    downloaded: 'The backup is whole and was read back. It is being downloaded:',
    restore: {
      folder:
        'It is a library itself. To restore it, merge it into another, or start the studio with it.',
      archive: 'To restore it, merge it into a library.',
    },
    rebuilt: ({ portraits: n, adopted, rewritten }: Rebuilt) =>
      adopted + rewritten === 0
        ? `Compared ${portraits(n)} with their pictures. Every row says what its picture does.`
        : `Compared ${portraits(n)} with their pictures: ${listed(
            adopted > 0 && `${adopted.toLocaleString('en')} came back`,
            rewritten > 0 && `${rewritten.toLocaleString('en')} were written anew`,
          )}.`,
    unreadable: (n: number) => `${pictures(n)} cannot be read, and stayed as they are`,
    merged: ({ added, doubles, mended, boards }: Merged) =>
      `${added === 0 ? 'Nothing new came' : `${portraits(added)} came`}; ${listed(
        `${doubles.toLocaleString('en')} ${doubles === 1 ? 'was' : 'were'} here already`,
        mended > 0 && `${pictures(mended)} came back`,
        boards > 0 &&
          `${boards.toLocaleString('en')} ${boards === 1 ? 'board was' : 'boards were'} made`,
      )}.`,
    missed: (n: number) => `${pictures(n)} of the other library cannot be read`,
    moved: ({ portraits: n }: Moved) =>
      `All ${portraits(n)} lie in their new place, and were read back:`,
    notRemembered:
      'The studio was started with a folder of your choosing. Name this one from now on, with --library or CLIP_FLOW_LIBRARY.',
    notCleared: 'Some files could not be removed from the old place. Nothing needs them any more.',
    brokenOff: {
      verify: 'Stopped. Nothing was changed.',
      backup:
        'Stopped. What was copied stays, and is gone on from when you back up to the same folder.',
      merge: 'Stopped. What came is kept; merge once more, and it goes on.',
      rebuild: 'Stopped. What was written anew stays; rebuild once more, and it goes on.',
      move: 'Stopped. The library is where it was. What was copied is gone on from when you move to the same folder.',
    } satisfies Record<UpkeepKind, string>,
    done: {
      verify: (isWell: boolean) => (isWell ? 'The library is well.' : 'The library is not well.'),
      backup: 'The library is backed up.',
      merge: 'The other library is merged in.',
      rebuild: 'The library is rebuilt.',
      move: 'The library is moved.',
    },
    show: 'Show',
    notRead:
      'The file could not be read. It may have been moved or removed meanwhile. Choose it again.',
  },
};
