/** What every command of the command line has. */
import {
  Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  type Option,
} from '@commander-js/extra-typings';
import packageJson from '../../../package.json' with { type: 'json' };
import { z } from 'zod';
import { FALLBACKS, SHARES } from '../../engine/servers/settings.ts';
import { engineAddress, gathered, place, word } from './arguments.ts';

/** The exit code of a line that cannot be understood. */
export const WRONG_USAGE = 2;

/** Ends a line that can be read, and makes no sense. */
export function refuse(command: Pick<Command, 'error'>, why: string): never {
  return command.error(`error: ${why}`, { exitCode: WRONG_USAGE });
}

/** What a command found is not well, and it has said so itself. */
export class NotWell extends Error {}

export function rootCommand() {
  return new Command('clip-flow')
    .description('Words in, portraits out.')
    .version(packageJson.version)
    .option('--json', 'print one JSON document and nothing else')
    .option('--library <folder>', 'where portraits are kept (or CLIP_FLOW_LIBRARY)', place)
    .option('--pack <name>', 'id or folder of the model pack (or CLIP_FLOW_PACK)', place)
    .option(
      '--engine <address>',
      'a model server that draws, as grpcs://host:8001; may be repeated (or CLIP_FLOW_ENGINE)',
      gathered(engineAddress),
    )
    .option(
      '--engine-fallback <where>',
      `what draws when no server does: ${FALLBACKS.join(', ')} (none)`,
      word(z.enum(FALLBACKS)),
    )
    .option(
      '--engine-graphs <which>',
      `what servers draw: ${SHARES.join(', ')}; auto leaves out what they are slower about (auto)`,
      word(z.enum(SHARES)),
    )
    .showHelpAfterError('Use --help to see what there is.')
    .exitOverride();
}

export type Root = ReturnType<typeof rootCommand>;

const readers = new WeakMap<Option, unknown>();

/** Lets options of all commands refuse the option that follows them, where their own value was forgotten. */
export function requireValues(command: CommandUnknownOpts): void {
  for (const option of command.options.filter(({ required }) => required)) {
    const read = option.parseArg ?? ((text: string) => text);
    readers.set(option, read);
    option.argParser((text, before) => {
      if (!text.startsWith('--')) return read(text, before);
      throw new InvalidArgumentError(
        'Its value is missing, for two dashes begin an option. A space before them makes them a value.',
      );
    });
  }
  command.commands.forEach(requireValues);
}

/** Lets commands that have others below them refuse a name that none has, also where help is asked for. */
export function requireKnown(command: CommandUnknownOpts): void {
  if (command.commands.length === 0 || command.registeredArguments.length > 0) return;
  command.addHelpText('before', ({ command: asked }) => {
    const [name = '-'] = asked.args;
    const isKnown = asked.commands.some((one) => [one.name(), ...one.aliases()].includes(name));
    if (!name.startsWith('-') && name !== 'help' && !isKnown) {
      refuse(command, `unknown command '${name}'`);
    }
    return '';
  });
  command.commands.forEach(requireKnown);
}

/** What reads the value of an option, were it not for a missing one. */
export function readerOf(option: Option): unknown {
  return readers.get(option) ?? option.parseArg;
}

/** Lets the argument of a command begin with one minus, as a query does, which commander takes for an option. */
export function takeQueries(command: CommandUnknownOpts): void {
  const parse = command.parseOptions.bind(command);
  const isOption = (text: string) => /^-(-|.$)/.test(text);
  command.parseOptions = (args) => {
    const { operands, unknown } = parse(args);
    return {
      operands: [...operands, ...unknown.filter((text) => !isOption(text))],
      unknown: unknown.filter(isOption),
    };
  };
}

/** "library", below which stands what is done to all of it. */
export function libraryCommand(program: Root) {
  return program.command('library').description('look after the whole library');
}
