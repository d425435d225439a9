/** The commands of the library laid out by meaning. */
import { atlasViewSchema } from '../../contract/atlas.ts';
import { number } from './arguments.ts';
import type { libraryCommand } from './root.ts';

/** @param library the command that these are below */
export function addAtlas(library: ReturnType<typeof libraryCommand>): void {
  library
    .command('lay-out')
    .description('lay portraits out by meaning; those that have a place keep it')
    .option('--anew', 'all of them, also those that have a place')
    .action(async ({ anew }, command) => {
      const { layOut } = await import('./commands/atlas.ts');
      await layOut({ anew }, command.optsWithGlobals());
    });
  library
    .command('atlas')
    .description('show where portraits lie, cell by cell, with the words of clusters')
    .argument('[query]', 'only those that this finds, as in "list"', '')
    .option('--level <n>', 'cells are 1/2ⁿ wide', number(atlasViewSchema.shape.level), 3)
    .action(async (query, { level }, command) => {
      const { showAtlas } = await import('./commands/atlas.ts');
      await showAtlas({ query, level }, command.optsWithGlobals());
    });
}
