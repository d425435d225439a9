import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { generationIdSchema } from '../../contract/identity.ts';
import { portraitId, portraitIds } from './arguments.ts';
import { readerOf } from './root.ts';
import type { GlobalOptions } from './session.ts';

/** Where a command has the ids of portraits, one or several. */
interface Place {
  readonly ids: readonly string[];
  readonly take: (ids: readonly string[]) => void;
}

/**
 * Completes the ids that a command was given by their beginnings, wherever it takes some.
 *
 * @throws StudioError `not-found`; `invalid-argument` where several portraits begin so
 */
export async function completeIds(command: CommandUnknownOpts): Promise<void> {
  const places = [...argumentsOf(command), ...optionsOf(command)];
  const isWhole = (id: string) => generationIdSchema.safeParse(id).success;
  const beginnings = places.flatMap(({ ids }) => ids).filter((id) => !isWhole(id));
  if (beginnings.length === 0) return;
  const { idsBeginning } = await import('./commands/ids.ts');
  const whole = await idsBeginning(beginnings, command.optsWithGlobals() as GlobalOptions);
  for (const { ids, take } of places) take(ids.map((id) => whole.get(id) ?? id));
}

function argumentsOf(command: CommandUnknownOpts): Place[] {
  const values: unknown[] = command.processedArgs;
  return command.registeredArguments.flatMap(({ parseArg }, at) =>
    placeOf(parseArg, values[at], (value) => (values[at] = value)),
  );
}

function optionsOf(command: CommandUnknownOpts): Place[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    return placeOf(readerOf(option), command.getOptionValue(name), (value) =>
      command.setOptionValue(name, value),
    );
  });
}

function placeOf(parse: unknown, value: unknown, take: (value: unknown) => void): Place[] {
  if (parse === portraitId && typeof value === 'string') {
    return [{ ids: [value], take: ([id]) => take(id) }];
  }
  return parse === portraitIds && Array.isArray(value) ? [{ ids: value.map(String), take }] : [];
}
