import { boardSchema } from '../../../contract/arrange.ts';
import type { BringInWishes, BroughtIn } from '../../../contract/bring-in.ts';
import { StudioError, toStudioError } from '../../../contract/errors.ts';
import type { StudioService } from '../../../contract/service.ts';
import { isLibrary } from '../../../engine/library/library.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';
import { boardOf } from './arrange.ts';

export interface BringInOptions extends GlobalOptions {
  /** Name or id. */
  readonly board?: string | undefined;
  readonly tags: string[];
}

/** @returns whether everything could be read */
export async function bringIn(
  paths: readonly string[],
  { board: which, tags, ...options }: BringInOptions,
): Promise<boolean> {
  return withStudio(options, async ({ bringing, service, signal, onProgress }) => {
    const wishes = which === undefined ? {} : await wishFor(which, service);
    const brought = await bringing.bringIn(
      paths,
      { ...wishes, ...(tags.length > 0 && { tags }) },
      { signal, onEvent: (event) => event.kind !== 'brought' && onProgress(event) },
    );
    const { restored, prompted, plain, here, unreadable } = brought;
    const board = which === undefined ? null : await boardCalled(service, which);
    print(options.json, { ...brought, board }, [
      `${restored} came back with their settings, ${prompted} came with a prompt, ${plain} without, ` +
        `${here} were here`,
    ]);
    if (!options.json) await printNotes(paths, unreadable);
    return unreadable.length === 0;
  });
}

async function printNotes(
  paths: readonly string[],
  unreadable: BroughtIn['unreadable'],
): Promise<void> {
  for (const { name, error } of unreadable) printNote(`${name}: ${error.message}`);
  for (const one of paths) {
    if (!(await isLibrary(one))) continue;
    printNote(
      `${one} is a library: "clip-flow library merge" brings its boards, tags and stars too.`,
    );
  }
}

/** A board that is there, or one that is made once there is a picture for it. */
async function wishFor(which: string, service: StudioService): Promise<BringInWishes> {
  const board = await boardCalled(service, which);
  if (board !== null) return { board };
  const name = boardSchema.shape.name.safeParse(which);
  if (name.success) return { boardNamed: name.data };
  throw new StudioError(
    'invalid-argument',
    `No board can be called ${which}. Nothing was brought in.`,
  );
}

/** The board of that name or id; null where there is none. */
async function boardCalled(service: StudioService, which: string): Promise<string | null> {
  try {
    return await boardOf(service, which);
  } catch (thrown) {
    if (toStudioError(thrown).code !== 'not-found') throw thrown;
    return null;
  }
}
