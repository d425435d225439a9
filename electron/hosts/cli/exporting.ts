/** The command that hands portraits over: one for every kind of export. */
import type { Command } from '@commander-js/extra-typings';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import {
  arrayNameSchema,
  EXPORT_DEFAULTS,
  EXPORT_KINDS,
  type ExportKind,
  exportKindSchema,
  MAX_COLUMNS,
  type PortraitExport,
} from '../../contract/export-kinds.ts';
import {
  ENLARGEMENTS,
  exportSideSchema,
  ifExistsSchema,
  LANCZOS,
  namePatternSchema,
  qualitySchema,
  timesSchema,
} from '../../contract/export.ts';
import { keysOf, STILL_FORMATS } from '../../contract/formats.ts';
import { paperSchema } from '../../contract/paper.ts';
import { dashed } from '../../contract/problem.ts';
import { fileName, gathered, number, place, portraitIds, upTo, word, words } from './arguments.ts';
import { NotWell, refuse, type Root } from './root.ts';

const LOSSY = keysOf(STILL_FORMATS)
  .filter((format) => !STILL_FORMATS[format].isLossless)
  .map((format) => STILL_FORMATS[format].title)
  .join(', ');

/** What the formats are of each kind that has several. */
const FORMATS = keysOf(EXPORT_KINDS).flatMap((kind) => {
  const { shape } = EXPORT_KINDS[kind];
  return 'format' in shape ? [`${kind}: ${shape.format.options.join(', ')}`] : [];
});

export function addExporting(program: Root): void {
  program
    .command('export')
    .description('hand portraits over: as files, a web gallery, a contact sheet, a table or arrays')
    .argument('[ids...]', 'their ids; or --board, --query or --search', portraitIds)
    .requiredOption('--out <folder>', 'where to', place)
    .option('--as <kind>', exportKindSchema.options.join(', '), word(exportKindSchema), 'pictures')
    .option('--board <board>', 'all of this board, in its order, by its name or id')
    .option('--query <query>', 'all that this finds, as in "list"')
    .option('--search <words>', 'the best that this finds, as in "search"')
    .option('--limit <n>', 'of a search: how many', upTo(MAX_EXPORTED), 20)
    .option('--format <format>', FORMATS.join('; '))
    .option('--zip', 'all of it in one ZIP archive')
    .option('--name <name>', 'of the folder, file or archive; by default its title', fileName)
    .option('--if-exists <way>', ifExistsSchema.options.join(', '), word(ifExistsSchema))
    .option('--pattern <name>', 'of pictures: file names', word(namePatternSchema))
    .option('--quality <n>', `of ${LOSSY}`, number(qualitySchema))
    .option('--side <px>', 'longest side; by default as drawn', number(exportSideSchema))
    .option(
      '--enlarge <n>',
      `how many times as large as drawn: ${ENLARGEMENTS.join(' or ')}`,
      number(timesSchema),
    )
    .option(
      '--upscaler <id>',
      `what enlarges: an upscaler of "models list", or ${LANCZOS}; by default the first upscaler, if there is one`,
      words,
    )
    .option('--no-metadata', 'say nothing of how they were made')
    .option('--colours <n>', 'of drawings: 2 to 64', number(EXPORT_KINDS.drawings.shape.colours))
    .option('--title <words>', 'of a gallery or sheet', words)
    .option('--introduction <words>', 'of a gallery')
    .option('--no-captions', 'of a gallery or sheet: without the words of the portraits')
    .option('--downloads', 'of a gallery: offer each picture as a file')
    .option('--paper <size>', `of a sheet: ${paperSchema.options.join(', ')}`, word(paperSchema))
    .option('--landscape', 'of a sheet')
    .option('--columns <n>', 'of a sheet', upTo(MAX_COLUMNS))
    .option(
      '--arrays <list>',
      `of arrays: ${arrayNameSchema.options.join(', ')}, with commas between`,
      gathered(word(arrayNameSchema)),
    )
    .action(async (ids = [], { as: kind, board, query, search }, command) => {
      const ways = [
        ids.length > 0,
        board !== undefined || query !== undefined,
        search !== undefined,
      ];
      if (ways.filter((isMeant) => isMeant).length !== 1) {
        refuse(command, 'name portraits by their ids, with --board and --query, or with --search');
      }
      if (search === undefined && command.getOptionValueSource('limit') === 'cli') {
        refuse(command, '--limit means nothing without --search');
      }
      const as = optionsOf(kind, command);
      const { exportPortraits } = await import('./commands/export.ts');
      const options = command.optsWithGlobals();
      if (!(await exportPortraits([...new Set(ids)], { ...options, as }))) throw new NotWell();
    });
}

/** What was chosen of a kind, over what is usual. */
function optionsOf(
  kind: ExportKind,
  command: Pick<Command, 'error' | 'opts' | 'getOptionValueSource'>,
) {
  const { shape } = EXPORT_KINDS[kind];
  const chosen = Object.entries(command.opts()).filter(([name]) => {
    return OPTIONS.has(name) && command.getOptionValueSource(name) === 'cli';
  });
  for (const [name] of chosen) {
    if (!(name in shape)) refuse(command, `--${dashed(name)} means nothing to --as ${kind}`);
  }
  const as = EXPORT_KINDS[kind].safeParse({
    ...EXPORT_DEFAULTS[kind],
    ...Object.fromEntries(chosen),
  });
  if (as.success) return requireQuality(as.data, chosen, command);
  const [{ path, message } = { path: [], message: '' }] = as.error.issues;
  return refuse(command, `--${dashed(path.join('.'))}: ${message}`);
}

/** Names of what can be chosen of any kind. */
const OPTIONS: ReadonlySet<string> = new Set(
  Object.values(EXPORT_KINDS).flatMap(({ shape }) => Object.keys(shape)),
);

/** Formats that lose nothing have no quality to choose. */
function requireQuality(
  as: PortraitExport,
  chosen: readonly [string, unknown][],
  command: Pick<Command, 'error'>,
): PortraitExport {
  const isLossless = as.kind === 'pictures' && STILL_FORMATS[as.format].isLossless;
  if (!isLossless || chosen.every(([name]) => name !== 'quality')) return as;
  return refuse(command, `--quality means nothing to ${STILL_FORMATS[as.format].title}`);
}
