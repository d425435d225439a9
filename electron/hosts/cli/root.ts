/** What every command of the command line has. */
import { Command } from '@commander-js/extra-typings';
import packageJson from '../../../package.json' with { type: 'json' };
import { place } from './arguments.ts';

/** The exit code of a line that cannot be understood. */
export const WRONG_USAGE = 2;

/** What a command found is not well, and it has said so itself. */
export class NotWell extends Error {}

export function rootCommand() {
  return new Command('clip-flow')
    .description('Words in, portraits out.')
    .version(packageJson.version)
    .option('--json', 'print one JSON document and nothing else')
    .option('--library <folder>', 'where portraits are kept (or CLIP_FLOW_LIBRARY)', place)
    .option('--pack <name>', 'id or folder of the model pack (or CLIP_FLOW_PACK)', place)
    .showHelpAfterError('Use --help to see what there is.')
    .exitOverride();
}

export type Root = ReturnType<typeof rootCommand>;

/** "library", below which stands what is done to all of it. */
export function libraryCommand(program: Root) {
  return program.command('library').description('look after the whole library');
}
