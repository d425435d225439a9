/** The commands that arrange a library, and those that look after the whole of it. */
import {
  boardSchema,
  type Changed,
  labelSchema,
  LABELS,
  noteSchema,
  ratingSchema,
  tagSchema,
  undoTokenSchema,
} from '../../contract/arrange.ts';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { librarySettingsSchema } from '../../contract/library.ts';
import type { StudioService } from '../../contract/service.ts';
import { addAtlas } from './atlas.ts';
import { gathered, number, place, places, portraitId, portraitIds, word } from './arguments.ts';
import { libraryCommand, NotWell, type Root } from './root.ts';

const TAGS = 'with commas between; may be repeated';
const BOARD = 'its name or id';

export function addArranging(program: Root): void {
  addKeeping(program);
  program
    .command('rate')
    .description('rate portraits')
    .argument('<ids...>', 'their ids', portraitIds)
    .requiredOption('--rating <n>', '1 to 5; 0 takes the rating away', number(ratingSchema))
    .action(async (ids, { rating }, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => service.rate({ ids, rating }));
    });
  program
    .command('label')
    .description('give portraits a colour label')
    .argument('<ids...>', 'their ids', portraitIds)
    .requiredOption('--label <colour>', `${LABELS.join(', ')}; none takes it away`, label)
    .action(async (ids, options, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => {
        return service.label({ ids, label: options.label === 'none' ? null : options.label });
      });
    });
  program
    .command('note')
    .description('say something of portraits, in place of what was said')
    .argument('<ids...>', 'their ids', portraitIds)
    .requiredOption('--text <words>', '"" takes it away', word(noteSchema))
    .action(async (ids, { text }, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => service.note({ ids, note: text }));
    });
  addTagging(program);
  program
    .command('undo')
    .description('take back what was done to portraits or boards')
    .argument('<token>', 'the "undo" that the command answered', word(undoTokenSchema))
    .action(async (undo, _, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => service.undo({ undo }));
    });
  addBoards(program);
}

/** What is kept of a library, and what is not. */
function addKeeping(program: Root): void {
  for (const { name, description, act } of KEEPING) {
    program
      .command(name)
      .description(description)
      .argument('<ids...>', 'their ids', portraitIds)
      .action(async (ids, _, command) => {
        const { change } = await import('./commands/arrange.ts');
        await change(command.optsWithGlobals(), (service) => act(service, ids));
      });
  }
  program
    .command('empty-trash')
    .description('remove for good what is in the trash, after a yes')
    .option('--yes', 'agree beforehand')
    .action(async (_, command) => {
      const { emptyTrash } = await import('./commands/arrange.ts');
      await emptyTrash(command.optsWithGlobals());
    });
}

interface Keeping {
  readonly name: string;
  readonly description: string;
  readonly act: (service: StudioService, ids: string[]) => Promise<Changed>;
}

const KEEPING: readonly Keeping[] = [
  {
    ...{ name: 'star', description: 'give portraits a star' },
    act: (service, ids) => service.star({ ids, starred: true }),
  },
  {
    ...{ name: 'unstar', description: 'take the star off portraits' },
    act: (service, ids) => service.star({ ids, starred: false }),
  },
  {
    ...{ name: 'trash', description: 'put portraits into the trash' },
    act: (service, ids) => service.trash({ ids }),
  },
  {
    ...{ name: 'restore', description: 'take portraits out of the trash' },
    act: (service, ids) => service.restore({ ids }),
  },
];

const label = word(z.enum([...labelSchema.options, 'none']));
const tags = gathered(word(tagSchema));

function addTagging(program: Root): void {
  program
    .command('tag')
    .description('tag portraits')
    .argument('<ids...>', 'their ids', portraitIds)
    .requiredOption('--tags <list>', TAGS, tags)
    .action(async (ids, options, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => service.tag({ ids, ...options }));
    });
  program
    .command('untag')
    .description('take tags off portraits')
    .argument('<ids...>', 'their ids', portraitIds)
    .requiredOption('--tags <list>', TAGS, tags)
    .action(async (ids, options, command) => {
      const { change } = await import('./commands/arrange.ts');
      await change(command.optsWithGlobals(), (service) => service.untag({ ids, ...options }));
    });
  program
    .command('tags')
    .description('list the tags there are')
    .action(async (_, command) => {
      const { listTags } = await import('./commands/arrange.ts');
      await listTags(command.optsWithGlobals());
    });
}

function boardCommand(program: Root) {
  return program.command('board').description('look after boards, and what lies on them');
}

function addBoards(program: Root): void {
  const board = boardCommand(program);
  board
    .command('list')
    .description('list them')
    .action(async (_, command) => {
      const { listBoards } = await import('./commands/arrange.ts');
      await listBoards(command.optsWithGlobals());
    });
  board
    .command('create')
    .description('make a new one')
    .argument('<name>', 'its name', word(boardSchema.shape.name))
    .option('--parent <board>', 'the board it belongs to')
    .action(async (name, options, command) => {
      const { createBoard } = await import('./commands/arrange.ts');
      await createBoard(name, options.parent, command.optsWithGlobals());
    });
  board
    .command('rename')
    .description('call it otherwise')
    .argument('<board>', BOARD)
    .argument('<name>', 'its new name', word(boardSchema.shape.name))
    .action(async (which, name, _, command) => {
      const { changeBoard } = await import('./commands/arrange.ts');
      await changeBoard(which, command.optsWithGlobals(), (service, id) => {
        return service.renameBoard({ id, name });
      });
    });
  board
    .command('move')
    .description('give it another place, or another cover')
    .argument('<board>', BOARD)
    .option('--parent <board>', 'the board it is to belong to; "" for none')
    .option('--before <board>', 'the one that is to come after it; "" for the end')
    .option('--cover <id>', 'the portrait that stands for it', portraitId)
    .action(async (which, options, command) => {
      const { moveBoard } = await import('./commands/arrange.ts');
      await moveBoard(which, options, command.optsWithGlobals());
    });
  board
    .command('remove')
    .description('remove it; the portraits stay')
    .argument('<board>', BOARD)
    .action(async (which, _, command) => {
      const { changeBoard } = await import('./commands/arrange.ts');
      await changeBoard(which, command.optsWithGlobals(), (service, id) => {
        return service.removeBoard({ board: id });
      });
    });
  addLaying(board);
}

function addLaying(board: ReturnType<typeof boardCommand>): void {
  board
    .command('add')
    .description('lay portraits on it, at its end')
    .argument('<board>', BOARD)
    .argument('<ids...>', 'their ids', portraitIds)
    .action(async (which, ids, _, command) => {
      const { changeBoard } = await import('./commands/arrange.ts');
      await changeBoard(which, command.optsWithGlobals(), (service, id) => {
        return service.addToBoard({ board: id, ids });
      });
    });
  board
    .command('take')
    .description('take portraits off it')
    .argument('<board>', BOARD)
    .argument('<ids...>', 'their ids', portraitIds)
    .action(async (which, ids, _, command) => {
      const { changeBoard } = await import('./commands/arrange.ts');
      await changeBoard(which, command.optsWithGlobals(), (service, id) => {
        return service.removeFromBoard({ board: id, ids });
      });
    });
  board
    .command('arrange')
    .description('bring portraits of it together, in this order')
    .argument('<board>', BOARD)
    .argument('<ids...>', 'their ids', portraitIds)
    .option('--before <id>', 'the portrait that is to come after them; else the end', portraitId)
    .action(async (which, ids, { before = null }, command) => {
      const { changeBoard } = await import('./commands/arrange.ts');
      await changeBoard(which, command.optsWithGlobals(), (service, id) => {
        return service.arrangeBoard({ board: id, ids, before });
      });
    });
}

const days = number(librarySettingsSchema.shape.trashDays.unwrap());

function daysOrNever(text: string): number | null {
  return text === 'never' ? null : days(text);
}

/** Where a new folder or file is to be. */
function newPlace(text: string): string {
  const target = place(text);
  if (!/[\\/]$/.test(target)) return target;
  throw new InvalidArgumentError('It must name what is to be made, without a slash at its end.');
}

export function addUpkeep(program: Root): void {
  const library = libraryCommand(program);
  addAtlas(library);
  library
    .command('verify')
    .description('read every row and every picture; nothing is changed')
    .action(async (_, command) => {
      const { verifyLibrary } = await import('./commands/upkeep.ts');
      if (!(await verifyLibrary(command.optsWithGlobals()))) throw new NotWell();
    });
  library
    .command('backup')
    .description('back it up while it is used; a backup that was broken off goes on')
    .argument('<target>', 'a new folder, or a new .zip', newPlace)
    .action(async (target, _, command) => {
      const { backUpLibrary } = await import('./commands/upkeep.ts');
      await backUpLibrary(target, command.optsWithGlobals());
    });
  library
    .command('rebuild')
    .description('write rows anew from what pictures and the journal say')
    .action(async (_, command) => {
      const { rebuildLibrary } = await import('./commands/upkeep.ts');
      await rebuildLibrary(command.optsWithGlobals());
    });
  library
    .command('merge')
    .description('take in what another library holds; that one is not changed')
    .argument('<other>', 'its folder, or the ZIP archive of a backup', place)
    .action(async (other, _, command) => {
      const { mergeLibrary } = await import('./commands/upkeep.ts');
      if (!(await mergeLibrary(other, command.optsWithGlobals()))) throw new NotWell();
    });
  library
    .command('bring-in')
    .description('take in pictures, the studio’s own and others; done again, it goes on')
    .argument('<paths...>', 'pictures, folders, ZIP archives; they are only read', places)
    .option('--board <name>', 'the board they are laid on; made where there is none')
    .option('--tag, --tags <list>', TAGS, tags, [])
    .action(async (paths, _, command) => {
      const { bringIn } = await import('./commands/bring-in.ts');
      if (!(await bringIn(paths, command.optsWithGlobals()))) throw new NotWell();
    });
  library
    .command('move')
    .description('move it elsewhere, while nobody has it open')
    .argument('<target>', 'a new folder', newPlace)
    .action(async (target, _, command) => {
      const { moveWholeLibrary } = await import('./commands/upkeep.ts');
      await moveWholeLibrary(target, command.optsWithGlobals());
    });
  library
    .command('settings')
    .description('show what is kept of it, or change it')
    .option('--trash-days <n>', 'when the trash is emptied: after days, or never', daysOrNever)
    .action(async (_, command) => {
      const { settings } = await import('./commands/upkeep.ts');
      await settings(command.optsWithGlobals());
    });
}
