/** The command line: what it understands. What the commands do stands in commands/, loaded on demand. */
import {
  type Command,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
} from '@commander-js/extra-typings';
import { z } from 'zod';
import { labelSchema, tagSchema } from '../../contract/arrange.ts';
import { breedingSchema } from '../../contract/breed.ts';
import { DEFAULT_PAIRS, MAX_PAIRS, MIN_PAIRS } from '../../contract/bridge.ts';
import { importWishesSchema } from '../../contract/component.ts';
import { DEFAULT_STRENGTH, MAX_COUNT, stopsSchema } from '../../contract/draw.ts';
import { DEFAULT_DISENTANGLE, renamePrincipalSchema } from '../../contract/edit.ts';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { ifExistsSchema } from '../../contract/export.ts';
import { easingSchema, pathSpaceSchema } from '../../contract/generation.ts';
import { hubNameSchema, hubRevisionSchema } from '../../contract/hub.ts';
import { LAYER_NAMES } from '../../contract/layers.ts';
import { changeSchema } from '../../contract/lineage.ts';
import { lockNameSchema } from '../../contract/lock.ts';
import { oscPortSchema, USUAL_OSC_PORT } from '../../contract/live.ts';
import { libraryFilterSchema, MAX_RESULTS, sortKeySchema } from '../../contract/library.ts';
import { folderIdSchema, packFieldsSchema } from '../../contract/pack.ts';
import { paperSchema } from '../../contract/paper.ts';
import { printable } from '../../contract/printable.ts';
import { shortened } from '../../contract/shortened.ts';
import {
  gapSchema,
  seedSchema,
  temperatureSchema,
  truncationSchema,
  varietySchema,
} from '../../contract/settings.ts';
import { DEFAULT_FPS, FRAME_RATES, frameRateSchema } from '../../contract/timeline.ts';
import {
  animationFile,
  gathered,
  layerName,
  list,
  number,
  orOwn,
  phrase,
  place,
  portraitId,
  portraitIds,
  repeated,
  setting,
  sheetFile,
  upTo,
  word,
  words,
} from './arguments.ts';
import { forkAhead } from '../../engine/inference/fork.ts';
import { SERVER_KINDS } from '../../engine/servers/settings.ts';
import { axis } from './axis.ts';
import { addArranging, addUpkeep } from './arranging.ts';
import { completeIds } from './beginnings.ts';
import { ANIMATION_EXTENSIONS } from './destination.ts';
import { addExporting } from './exporting.ts';
import { WrongInput } from '../../rpc/checked.ts';
import { interruptedCode } from './interrupt.ts';
import { beginOutput, print, printError } from './output.ts';
import {
  NotWell,
  refuse,
  requireKnown,
  requireValues,
  type Root,
  rootCommand,
  takeQueries,
  WRONG_USAGE,
} from './root.ts';

/** Layers by name or by number: `fine`, `3`, `0-4`. */
const RANGE = z
  .string()
  .regex(/^([a-z][a-z0-9-]*|\d+(-\d+)?)$/, 'It must be layers, such as fine, 3 or 0-4')
  .refine((text) => !isBackwards(text), 'The first layer must come before the last, as in 0-4');
const shareSchema = z.number().min(0).max(1);
const shareOfManySchema = z.number().min(0);
const LAYERS = `${LAYER_NAMES.join(', ')}, or as the pack calls them`;
/** The old name comes first: commander calls an option by its last. */
const LOCK_FLAGS = '--hold, --lock <list>';
const LOCK =
  'what stays of the portrait, of the first of several: layers or parts that the pack names';
const ANIMATION = `an animation (${ANIMATION_EXTENSIONS}); else a new folder of PNGs`;
const IF_EXISTS = [
  '--if-exists <way>',
  `where it is there already: ${options(ifExistsSchema)}`,
] as const;
const NOISE = 'of the noise added to layers; by default the generator has its own';
const VARIETY = 'with the gap remedy neighbours: 0 true to the words, 1 unlike one another';
const VARIANT = 'graphs of a CLIP in another precision: fp32, fp16, quantized, int8, q4 …';
const AXIS =
  'what varies: prompt=one|another, seed=1..8, truncation=0.4..1:4, a slider as smile=-1..1:5@fine or "one -> another=0..1", "path:one -> another=0..1:7"';
const WORDS =
  'the words; {a|b} draws each, (words:1.3) counts for more, \\ takes a sign as it stands';
const WITHOUT = 'what is not to be seen, with commas between';
const PLAIN = 'take the words as they stand';
const BEST_OF = 'draw so many and keep the best --count of each prompt, where they have words';
const GAP_WITH_VARIETY: z.infer<typeof gapSchema> = 'neighbours';
const [DONE, FAILED] = [0, 1];
/** What commander puts around what was typed. */
const QUOTED = "'";

/**
 * Runs one command.
 *
 * @returns the exit code: 0 done, 2 wrong usage, 130 ended by Ctrl+C (or 128 and another signal), 1 any other error
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const json = wantsJson(args);
  const help: string[] = [];
  beginOutput();
  try {
    await createProgram(json, help).parseAsync(args, { from: 'user' });
    return DONE;
  } catch (thrown) {
    if (thrown instanceof NotWell) return FAILED;
    if (!(thrown instanceof CommanderError)) {
      const error = toStudioError(thrown);
      printError(error, json);
      if (error.code === 'cancelled') return interruptedCode() ?? FAILED;
      return thrown instanceof WrongInput ? WRONG_USAGE : FAILED;
    }
    if (thrown.exitCode === DONE) {
      if (json) print(json, { help: help.join('').trimEnd() }, []);
      return DONE;
    }
    const message =
      thrown.code === 'commander.help'
        ? 'Name a command; --help shows which there are.'
        : shortened(thrown.message.replace(/^error: /, ''), QUOTED);
    // What a command finds wrong only once it knows the pack, commander has not told.
    if (json || thrown instanceof InvalidArgumentError) {
      printError(new StudioError('invalid-argument', message), json);
    }
    return WRONG_USAGE;
  }
}

/** Whether a command is to print JSON; what follows "--" are no options. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** @param help takes what commander would print of itself beside a JSON document */
export function createProgram(json: boolean, help: string[]): Root {
  const program = rootCommand();
  program.configureOutput({
    // What was typed stands in it; commander's own suggestion comes on a second line.
    outputError: (text, write) =>
      write(
        `${shortened(text, QUOTED)
          .trimEnd()
          .split(/\n(?=\(Did you mean )/)
          .map(printable)
          .join('\n')}\n`,
      ),
    // With --json the error is told on stdout, as JSON.
    ...(json && { writeErr: () => undefined, writeOut: (text) => void help.push(text) }),
  });
  addDrawing(program);
  addAgain(program);
  addPrincipal(program);
  addBreeding(program);
  addGrids(program);
  addLineage(program);
  addLibrary(program);
  addExporting(program);
  addArranging(program);
  addUpkeep(program);
  addModels(program);
  addHosts(program);
  requireValues(program);
  requireKnown(program);
  program.hook('preAction', (_, command) => requireNeighbours(command));
  program.hook('preAction', (_, command) => completeIds(command));
  return program;
}

/** Loads a command that draws; the process that computes for it starts meanwhile. */
function forDrawing<T>(load: () => Promise<T>): Promise<T> {
  forkAhead();
  return load();
}

/** Only one way across the gap has a variety; which one a pack takes by itself is not known yet. */
function requireNeighbours(command: CommandUnknownOpts): void {
  const { gap, variety } = command.opts();
  if (variety === undefined || gap === undefined || gap === GAP_WITH_VARIETY) return;
  refuse(command, `--variety means nothing to --gap ${gap}`);
}

/** Layers that end before they begin, as in 9-3. */
function isBackwards(range: string): boolean {
  const [first, last] = range.split('-').map(Number);
  return first !== undefined && last !== undefined && first > last;
}

function addDrawing(program: Root): void {
  program
    .command('generate')
    .description('draw portraits from words, from a picture, or from both')
    .argument('[prompt]', WORDS, words)
    .option(
      '--prompts <file>',
      'prompts from a file, one a line, # before a comment; - for stdin',
      place,
    )
    .option('--without <things>', WITHOUT, words)
    .option('--plain', PLAIN)
    .option('--count <n>', 'how many', upTo(MAX_COUNT), 1)
    .option('--best-of <n>', BEST_OF, upTo(MAX_COUNT))
    .option('--seed <n>', 'seed of the first; each further one adds 1', number(seedSchema))
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', `${NOISE} (own)`, orOwn(number(seedSchema)))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .option('--from <picture>', 'start from this picture', place)
    .option(
      '--out <folder>',
      'write PNGs here as well, replacing those of the same line before',
      place,
    )
    .action(async (prompt, { from, prompts, ...drawn }, command) => {
      requireBestOf(drawn, command);
      if (prompt !== undefined && prompts !== undefined) {
        refuse(command, 'give a prompt or a file of prompts, not both');
      }
      if ([prompt, from, prompts].every((given) => given === undefined)) {
        refuse(
          command,
          'say in words what to draw, or give a picture with --from or prompts with --prompts',
        );
      }
      const { generate } = await forDrawing(() => import('./commands/generate.ts'));
      await generate(prompt, command.optsWithGlobals());
    });
  program
    .command('edit')
    .description('draw a portrait of the library with its sliders moved')
    .argument('<id>', 'its id', portraitId)
    .option(
      '--slide <name=amount>',
      'a direction of the pack (see `models directions`); may be repeated',
      setting,
      [],
    )
    .option('--phrase <words=amount>', '"red hair=1", or "sad -> laughing=1"', phrase, [])
    .option(
      '--principal <n=amount>',
      'a principal direction, by its number or its name (see `principal list`)',
      setting,
      [],
    )
    .option(
      '--layers <name>',
      `where they act: ${LAYERS}; name=1@fine says it for one alone`,
      layerName,
    )
    .option(
      '--disentangle <n>',
      'how much of what goes with phrases stays as it was, 0 to 1',
      number(z.number().min(0).max(1)),
      DEFAULT_DISENTANGLE,
    )
    .option('--out <folder>', 'write the PNG here as well', place)
    .action(async (id, { slide, phrase, principal }, command) => {
      if (slide.length + phrase.length + principal.length === 0) {
        refuse(command, 'move something with --slide, --phrase or --principal');
      }
      const { edit } = await forDrawing(() => import('./commands/edit.ts'));
      await edit(id, command.optsWithGlobals());
    });
  program
    .command('explain')
    .description('say what a portrait of the library means, and how usual it is for its words')
    .argument('<id>', 'its id', portraitId)
    .action(async (id, _, command) => {
      const { explain } = await import('./commands/edit.ts');
      await explain(id, command.optsWithGlobals());
    });
  program
    .command('interpolate')
    .description('draw the way from one prompt to another')
    .argument('<from>', 'the words it begins with', words)
    .argument('<to>', 'the words it ends with', words)
    .requiredOption('--out <file>', ANIMATION, animationFile)
    .option(...IF_EXISTS, word(ifExistsSchema), 'refuse')
    .option('--frames <n>', 'how many pictures', number(stopsSchema), 24)
    .option(
      '--path <space>',
      `straight in: ${options(pathSpaceSchema)}`,
      word(pathSpaceSchema),
      'clip',
    )
    .option('--even', 'even steps to the eye, so that nothing jumps')
    .option('--seed <n>', 'seed of both ends', number(seedSchema), 0)
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', `${NOISE} (own)`, orOwn(number(seedSchema)))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .action(async (from, to, _, command) => {
      const { interpolate } = await forDrawing(() => import('./commands/interpolate.ts'));
      await interpolate(from, to, command.optsWithGlobals());
    });
  program
    .command('animate')
    .description('draw the way through several prompts, pictures or portraits as an animation')
    .argument('<keyframes...>', 'two or more: words, a picture file, or the id of a portrait')
    .requiredOption('--out <file>', ANIMATION, animationFile)
    .option(...IF_EXISTS, word(ifExistsSchema), 'refuse')
    .option(
      '--fps <n>',
      `frames a second: ${FRAME_RATES.join(', ')}`,
      number(frameRateSchema),
      DEFAULT_FPS,
    )
    .option(
      '--seconds <list>',
      'how long the whole lasts, or each way, as 1,3,2; by default 2 for each way',
      list(number(z.number().min(0.1).max(600))),
    )
    .option(
      '--path <list>',
      `straight in: ${options(pathSpaceSchema)}; one for all ways (clip), or one for each`,
      list(word(pathSpaceSchema)),
    )
    .option(
      '--easing <list>',
      `${options(easingSchema)}; one for all ways (linear), or one for each`,
      list(word(easingSchema)),
    )
    .option('--even', 'even steps to the eye, so that nothing jumps')
    .option('--loop', 'go back to the first one, without an end')
    .option('--seed <n>', 'seed of all that is drawn', number(seedSchema), 0)
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', NOISE, number(seedSchema))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .action(async (keyFrames, _, command) => {
      if (keyFrames.length < 2) {
        refuse(command, 'name two key-frames or more');
      }
      const { animate } = await forDrawing(() => import('./commands/animate.ts'));
      await animate(keyFrames, command.optsWithGlobals());
    });
}

function addAgain(program: Root): void {
  program
    .command('vary')
    .description('draw portraits around one of the library')
    .argument('<id>', 'its id', portraitId)
    .option('--strength <s>', '0 the same, 1 afresh', number(shareSchema), DEFAULT_STRENGTH)
    .option(LOCK_FLAGS, LOCK, gathered(word(lockNameSchema)), [])
    .option('--count <n>', 'how many', upTo(MAX_COUNT), 4)
    .option('--best-of <n>', BEST_OF, upTo(MAX_COUNT))
    .option('--seed <n>', 'seed of the first; each further one adds 1', number(seedSchema))
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', `${NOISE} (own)`, orOwn(number(seedSchema)))
    .option(
      '--out <folder>',
      'write PNGs here as well, replacing those of the same line before',
      place,
    )
    .action(async (id, drawn, command) => {
      requireBestOf(drawn, command);
      const { vary } = await forDrawing(() => import('./commands/from-portrait.ts'));
      await vary(id, command.optsWithGlobals());
    });
  program
    .command('reword')
    .description('draw the person of a portrait in other words')
    .argument('<id>', 'its id', portraitId)
    .argument('<prompt>', WORDS, words)
    .option('--without <things>', `${WITHOUT} (as the portrait)`, words)
    .option('--plain', PLAIN)
    .option(LOCK_FLAGS, LOCK, gathered(word(lockNameSchema)), [])
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .option('--out <folder>', 'write the PNG here as well', place)
    .action(async (id, prompt, _, command) => {
      const { reword } = await forDrawing(() => import('./commands/from-portrait.ts'));
      await reword(id, prompt, command.optsWithGlobals());
    });
  program
    .command('carry-over')
    .description('draw a portrait of another pack or edition with the pack in use')
    .argument('<id>', 'its id', portraitId)
    .option('--out <folder>', 'write the PNG here as well', place)
    .action(async (id, _, command) => {
      const { carryOver } = await forDrawing(() => import('./commands/from-portrait.ts'));
      await carryOver(id, command.optsWithGlobals());
    });
}

function requireBestOf(
  { count, bestOf = count }: { count: number; bestOf?: number | undefined },
  command: Pick<Command, 'error'>,
): void {
  if (bestOf >= count) return;
  refuse(command, '--best-of must be at least --count');
}

function addPrincipal(program: Root): void {
  const principal = program
    .command('principal')
    .description("look after the generator's principal directions");
  principal
    .command('list')
    .description('list them, the strongest first; the first time they are computed')
    .action(async (_, command) => {
      const { listPrincipal } = await import('./commands/principal.ts');
      await listPrincipal(command.optsWithGlobals());
    });
  principal
    .command('name')
    .description('call one by a name')
    .argument('<n>', 'its number, from 1', number(z.int().positive()))
    .argument('<name>', 'its name; "" takes the name away', word(renamePrincipalSchema.shape.name))
    .action(async (n, name, _, command) => {
      const { namePrincipal } = await import('./commands/principal.ts');
      await namePrincipal(n, name, command.optsWithGlobals());
    });
}

function addBreeding(program: Root): void {
  program
    .command('mix')
    .description('draw a portrait with layers of another')
    .argument('<id>', 'the portrait that gives the rest', portraitId)
    .argument('<other>', 'the portrait that gives the layers', portraitId)
    .option('--layers <range>', `${LAYERS}, or first-last`, word(RANGE), 'fine')
    .option('--amount <a>', '0 nothing of the other, 1 all', number(shareSchema), 1)
    .option('--out <folder>', 'write a PNG here as well, replacing one of the same name', place)
    .action(async (id, other, _, command) => {
      const { mix } = await forDrawing(() => import('./commands/breed.ts'));
      await mix(id, other, command.optsWithGlobals());
    });
  program
    .command('breed')
    .description('draw children of two to four portraits')
    .argument('<ids...>', 'their ids', portraitIds)
    .option('--weights <list>', 'how much of each, as 2,1,1', list(number(shareOfManySchema)))
    .option(
      '--how <way>',
      options(breedingSchema.shape.how),
      word(breedingSchema.shape.how),
      'cross',
    )
    .option('--spread <s>', '0 all alike, 1 most different', number(shareSchema), 0.5)
    .option(LOCK_FLAGS, LOCK, gathered(word(lockNameSchema)), [])
    .option('--count <n>', 'how many', upTo(MAX_COUNT), 4)
    .option('--best-of <n>', BEST_OF, upTo(MAX_COUNT))
    .option('--seed <n>', 'seed of the first; each further one adds 1', number(seedSchema))
    .option(
      '--out <folder>',
      'write PNGs here as well, replacing those of the same line before',
      place,
    )
    .action(async (ids, drawn, command) => {
      requireBestOf(drawn, command);
      const { breed } = await forDrawing(() => import('./commands/breed.ts'));
      await breed(ids, command.optsWithGlobals());
    });
}

function addGrids(program: Root): void {
  program
    .command('grid')
    .description('draw a grid of portraits, in which rows and columns vary something')
    .argument('[prompt]', 'the words, where no axis says them', words)
    .option('--rows <axis>', AXIS, axis)
    .option('--columns <axis>', 'likewise', axis)
    .option('--of <id>', 'begin with this portrait of the library', portraitId)
    .option('--open <name>', 'one that was kept with --save, by its name or id', words)
    .option('--out <file>', 'a sheet with labels: .png or .pdf', sheetFile)
    .option('--keep', 'make portraits of the library of all cells')
    .option('--save <name>', 'keep the grid itself in the library, by this name', word(tagSchema))
    .option('--seed <n>', 'of all cells, where no axis says it (0)', number(seedSchema))
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', `${NOISE} (own)`, orOwn(number(seedSchema)))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .option('--without <things>', WITHOUT, words)
    .option('--plain', PLAIN)
    .option('--title <words>', 'of the sheet; by default the name of its file', words)
    .option('--paper <size>', `of the sheet: ${options(paperSchema)}`, word(paperSchema), 'a4')
    .option('--landscape', 'of the sheet')
    .option('--no-metadata', 'leave the licence out of the sheet')
    .option(...IF_EXISTS, word(ifExistsSchema), 'refuse')
    .action(async (prompt, { rows, columns, open, out, keep, save }, command) => {
      const isDrawn = rows !== undefined || columns !== undefined;
      if (isDrawn === (open !== undefined)) {
        refuse(command, 'say what varies with --rows and --columns, or name a grid with --open');
      }
      if (out === undefined && keep === undefined && save === undefined) {
        refuse(command, 'say what becomes of it, with --out, --keep or --save');
      }
      const { drawGrid } = await forDrawing(() => import('./commands/grid.ts'));
      await drawGrid(prompt, command.optsWithGlobals());
    });
  program
    .command('grids')
    .description('list the grids that the library keeps')
    .action(async (_, command) => {
      const { listGrids } = await import('./commands/grid.ts');
      await listGrids(command.optsWithGlobals());
    });
}

function addLineage(program: Root): void {
  const { strength, factor, path, position, at, how, spread } = changeSchema.shape;
  program
    .command('replay')
    .description('make a portrait again, as it was made or with something changed')
    .argument('<id>', 'its id', portraitId)
    .option('--on <id>', 'do to this portrait what was done to its parent', portraitId)
    .option('--prompt <words>', 'other words', words)
    .option('--without <things>', WITHOUT, words)
    .option('--plain', PLAIN)
    .option('--seed <n>', 'another seed', number(seedSchema))
    .option('--strength <s>', 'of a variation: 0 the parent, 1 afresh', number(strength.unwrap()))
    .option('--factor <f>', 'of edits: 1 as they were, 2 twice as much', number(factor.unwrap()))
    .option('--position <t>', 'on a path: 0 its beginning, 1 its end', number(position.unwrap()))
    .option('--path <space>', `straight in: ${options(pathSpaceSchema)}`, word(path.unwrap()))
    .option('--at <seconds>', 'of a timeline: another moment', number(at.unwrap()))
    .option('--how <way>', `of breeding: ${options(how.unwrap())}`, word(how.unwrap()))
    .option('--spread <s>', 'of breeding: how far children stray', number(spread.unwrap()))
    .option('--truncation <ψ>', '0 the mean portrait, 1 as drawn', number(truncationSchema))
    .option('--temperature <τ>', '0 the likeliest, 1 the whole variety', number(temperatureSchema))
    .option('--noise-seed <n>', `${NOISE} (own)`, orOwn(number(seedSchema)))
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option('--variety <v>', VARIETY, number(varietySchema))
    .option('--out <folder>', 'write a PNG here as well, replacing one of the same name', place)
    .action(async (id, _, command) => {
      const { replay } = await forDrawing(() => import('./commands/lineage.ts'));
      await replay(id, command.optsWithGlobals());
    });
  program
    .command('lineage')
    .description('show what a portrait came from and what came of it')
    .argument('<id>', 'its id', portraitId)
    .action(async (id, _, command) => {
      const { lineage } = await import('./commands/lineage.ts');
      await lineage(id, command.optsWithGlobals());
    });
}

const QUERY_EXAMPLES =
  '"exact phrases", seed:7, -is:starred, likelihood>-700, after:2026-01, kind:edit';

function addLibrary(program: Root): void {
  addFinding(program);
  program
    .command('show')
    .description('show everything that is known of a portrait')
    .argument('<id>', 'its id', portraitId)
    .action(async (id, _, command) => {
      const { show } = await import('./commands/library.ts');
      await show(id, command.optsWithGlobals());
    });
}

function addFinding(program: Root): void {
  const search = program
    .command('search')
    .description('find portraits of the library by words, meaning and filters, best first')
    .argument('<words>', `what they show; also ${QUERY_EXAMPLES}`, words)
    .option('--limit <n>', 'how many', upTo(MAX_RESULTS), 20)
    .option('--offset <n>', 'how many of the best to pass over', number(z.int().nonnegative()), 0)
    .action(async (words, _, command) => {
      const { search } = await import('./commands/library.ts');
      await search(words, command.optsWithGlobals());
    });
  takeQueries(search);
  program
    .command('similar')
    .description('find portraits like one of the library')
    .argument('<id>', 'its id', portraitId)
    .option('--among <query>', 'only those that this finds, as in "list"')
    .option('--limit <n>', 'how many', upTo(MAX_RESULTS), 20)
    .option('--offset <n>', 'how many of the best to pass over', number(z.int().nonnegative()), 0)
    .action(async (id, _, command) => {
      const { similar } = await import('./commands/library.ts');
      await similar(id, command.optsWithGlobals());
    });
  const listing = program
    .command('list')
    .description('list portraits, newest first')
    .argument('[query]', `words that stand in them; also ${QUERY_EXAMPLES}`, '')
    .option('--limit <n>', 'how many', upTo(MAX_RESULTS), 20)
    .option('--before <id>', 'go on from here: the "next" of the page before', portraitId)
    .option('--starred', 'only those with a star')
    .option('--trashed', 'the trash')
    .option('--rating <n>', 'rated so or better', number(libraryFilterSchema.shape.rating.unwrap()))
    .option('--label <colour>', options(labelSchema), word(labelSchema))
    .option('--tag <words>', 'with this tag', word(tagSchema))
    .option('--board <board>', 'on this board, by its name or id')
    .option('--noted', 'only those with a note')
    .option('--sort <key>', `by ${options(sortKeySchema)}`, word(sortKeySchema))
    .option('--reverse', 'the other way round')
    .action(async (query, { sort, board }, command) => {
      if (sort === 'board' && board === undefined) {
        refuse(command, '--sort board means nothing without --board');
      }
      const { list } = await import('./commands/library.ts');
      await list(query, command.optsWithGlobals());
    });
  takeQueries(listing);
}

function modelsCommand(program: Root) {
  return program
    .command('models')
    .description('look after model packs, and after CLIPs, generators and upscalers alone');
}

function addModels(program: Root): void {
  const models = modelsCommand(program);
  models
    .command('list')
    .description('list the packs and components there are')
    .action(async (_, command) => {
      const { listModels } = await import('./commands/models.ts');
      await listModels(command.optsWithGlobals());
    });
  models
    .command('directions')
    .description('list what a portrait of the pack in use can be edited with')
    .action(async (_, command) => {
      const { listDirections } = await import('./commands/models.ts');
      await listDirections(command.optsWithGlobals());
    });
  models
    .command('verify')
    .description('check every file, graph and drawing of a pack or component')
    .argument('[name]', 'its id or folder; by default the pack in use', place)
    .action(async (name, _, command) => {
      const { verifyModel } = await import('./commands/models.ts');
      await verifyModel(name, command.optsWithGlobals());
    });
  addImport(models);
  addDownload(models);
  addEvaluation(models);
  addBridges(models);
  addServing(models);
  models
    .command('remove')
    .description('remove a pack that was imported, or a component; portraits stay')
    .argument('<name>', 'its id', place)
    .action(async (name, _, command) => {
      const { removeModel } = await import('./commands/models.ts');
      await removeModel(name, command.optsWithGlobals());
    });
  models
    .command('kept')
    .description('list what the library keeps of packs that drew its portraits')
    .option('--clear', 'clear it away, after a yes')
    .option('--yes', 'agree beforehand')
    .action(async (_, command) => {
      const { keptModels } = await import('./commands/kept.ts');
      await keptModels(command.optsWithGlobals());
    });
  models
    .command('class')
    .description('choose the class that a class-conditional generator starts with')
    .argument('<name>', 'its id', place)
    .argument('<class>', 'a number from 0', number(z.int().nonnegative()))
    .action(async (name, index, _, command) => {
      const { chooseClass } = await import('./commands/models.ts');
      await chooseClass(name, index, command.optsWithGlobals());
    });
}

function addServing(models: ReturnType<typeof modelsCommand>): void {
  models
    .command('serve-repository')
    .description('write what a model server needs to work for a pack, or for a component')
    .argument(
      '[name]',
      'id or folder of a pack, or id of a component; by default the pack in use',
      place,
    )
    .requiredOption('--out <folder>', 'a new folder', place)
    .requiredOption(
      '--for <server>',
      `which server: ${SERVER_KINDS.join(', ')}`,
      word(z.enum(SERVER_KINDS)),
    )
    .action(async (name, { out, for: kind }, command) => {
      const { serveRepository } = await import('./commands/serve-repository.ts');
      await serveRepository(name, { out, kind }, command.optsWithGlobals());
    });
}

function addImport(models: ReturnType<typeof modelsCommand>): void {
  models
    .command('import')
    .description(
      'take in a pack, a StyleGAN checkpoint, a CLIP, or a generator or an upscaler in ONNX files',
    )
    .argument('<source>', 'a folder, a ZIP archive, a .pkl or an .onnx file', place)
    .option('--replace', 'take the place of a pack that was imported before and has the same id')
    .option('--id <id>', 'of a component; by default made of its title', word(folderIdSchema))
    .option(
      '--title <words>',
      'of a component; by default the name of its file',
      word(packFieldsSchema.shape.title),
    )
    .option(
      '--license <words>',
      'of a component, where you know it',
      word(packFieldsSchema.shape.license),
    )
    .option(
      '--class <n>',
      'that a class-conditional generator starts with',
      number(z.int().nonnegative()),
    )
    .option('--variant <name>', VARIANT, word(importWishesSchema.shape.variant.unwrap()))
    .action(async (source, _, command) => {
      const { importModel } = await import('./commands/models.ts');
      await importModel(source, command.optsWithGlobals());
    });
}

function addDownload(models: ReturnType<typeof modelsCommand>): void {
  models
    .command('download')
    .description('take in a CLIP from a model hub, after showing its licence and size')
    .argument('<name>', 'its owner and name, such as somebody/clip', word(hubNameSchema))
    .option('--revision <name>', 'a branch, tag or commit', word(hubRevisionSchema))
    .option('--variant <name>', VARIANT, word(importWishesSchema.shape.variant.unwrap()))
    .option('--title <words>', 'by default its name', word(packFieldsSchema.shape.title))
    .option('--license <words>', 'where you know better', word(packFieldsSchema.shape.license))
    .option('--yes', 'agree to its licence and size beforehand')
    .action(async (name, _, command) => {
      const { downloadModel } = await import('./commands/download.ts');
      await downloadModel(name, command.optsWithGlobals());
    });
}

function addBridges(models: Command): void {
  models
    .command('train-bridge')
    .description('learn the flow between a CLIP and a generator, or go on with it; makes a pack')
    .requiredOption('--clip <name>', 'id of a CLIP, or of a pack that brings one', place)
    .requiredOption('--generator <name>', 'id of a generator, or of a pack that brings one', place)
    .option(
      '--pairs <n>',
      `pictures to learn from; by default as before, or ${DEFAULT_PAIRS}`,
      number(z.int().min(MIN_PAIRS).max(MAX_PAIRS)),
    )
    .option('--about <words>', 'what all pictures are, such as "a photo of a face"', words)
    .option('--title <words>', 'of the pack', words)
    .option(
      '--judge <name>',
      'another CLIP, which tells at the end how well words are heeded',
      place,
    )
    .option(
      '--prompt <words>',
      'an example that the pack brings; may be repeated',
      repeated(words),
      [],
    )
    .option('--estimate', 'try the two for a moment, say how long it takes, and learn nothing')
    .option('--finish', 'learn no more, and make a pack of the best so far')
    .action(async (_, command) => {
      const { trainBridge } = await import('./commands/bridge.ts');
      await trainBridge(command.optsWithGlobals());
    });
  models
    .command('bridges')
    .description('list the bridges that were begun, and the pairs that are left of finished ones')
    .action(async (_, command) => {
      const { listBridges } = await import('./commands/bridge.ts');
      await listBridges(command.optsWithGlobals());
    });
  models
    .command('drop-bridge')
    .description('forget a bridge with all that it has drawn')
    .argument('<id>', 'as "models bridges" shows it', place)
    .action(async (id, _, command) => {
      const { dropBridge } = await import('./commands/bridge.ts');
      await dropBridge(id, command.optsWithGlobals());
    });
}

function addEvaluation(models: Command): void {
  models
    .command('evaluate')
    .description("run the paper's experiments on a pack")
    .argument('[name]', 'its id or folder; by default the one in use', place)
    .option('--images <folder>', 'pictures to draw after and to compare with', place)
    .option('--captions <folder>', 'what is said of each: of 12.jpg in 12.txt, one a line', place)
    .option(
      '--prompts <file>',
      'prompts, one a line; by default captions, or those of the pack',
      place,
    )
    .option('--count <n>', 'portraits of each prompt', upTo(16), 4)
    .option('--most <n>', 'pictures or prompts, at most', upTo(30_000), 1_000)
    .option('--seed <n>', 'seed of the first portrait', number(seedSchema), 0)
    .option('--gap <way>', `across the text/image gap: ${options(gapSchema)}`, word(gapSchema))
    .option(
      '--inception <file>',
      'Inception v3 as ONNX, [n, 3, 299, 299] in [-1, 1], for the FID',
      place,
    )
    .option('--out <folder>', 'write evaluation.json, evaluation.md and sheet.png there', place)
    .action(async (name, _, command) => {
      const { evaluateModel } = await import('./commands/evaluate.ts');
      await evaluateModel(name, command.optsWithGlobals());
    });
  models
    .command('compare-remedies')
    .description('compare the ways across the text/image gap of a pack')
    .argument('[name]', 'its id or folder; by default the one in use', place)
    .option('--prompts <file>', 'prompts, one a line; by default the examples of the pack', place)
    .option('--judged <file>', 'prompts, and what portraits of them may show, as JSON', place)
    .option(
      '--judge <name>',
      'who tells: another CLIP, or with --judged a pack with an attribute classifier; by default the pack’s own, or nobody',
      place,
    )
    .option('--keep', 'write the table into the pack, which has to be an imported one')
    .action(async (name, _, command) => {
      const { compareRemediesOf } = await import('./commands/compare-remedies.ts');
      await compareRemediesOf(name, command.optsWithGlobals());
    });
}

function addHosts(program: Root): void {
  program
    .command('batch')
    .description(
      'run the commands on standard input, each line a JSON list of words, with one model',
    )
    .action(async (_, command) => {
      const { batch } = await forDrawing(() => import('./commands/batch.ts'));
      if (!(await batch(command.optsWithGlobals(), runCli))) throw new NotWell();
    });
  program
    .command('serve')
    .description('open the studio for a browser on this machine')
    .option('--port <n>', 'which port; 0 for any that is free', number(z.int().min(0).max(65_535)))
    .option(
      '--osc [port]',
      `let programs of this machine move it by OSC over UDP (docs/live.md), on port ${USUAL_OSC_PORT} or this one`,
      number(oscPortSchema),
    )
    .option('--no-open', 'open no window')
    .action(async (_, command) => {
      const { serve } = await forDrawing(() => import('./commands/serve.ts'));
      await serve(command.optsWithGlobals());
    });
  program
    .command('doctor')
    .description('look at everything that drawing needs, and say how it is')
    .action(async (_, command) => {
      const { doctor } = await import('./commands/doctor.ts');
      if (!(await doctor(command.optsWithGlobals()))) throw new NotWell();
    });
}

function options({ options: names }: z.ZodEnum): string {
  return names.join(', ');
}
