import { boardSchema } from '../../../contract/arrange.ts';
import type { BroughtIn } from '../../../contract/bring-in.ts';
import { toStudioError } from '../../../contract/errors.ts';
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
    const board = which === undefined ? undefined : await boardCalled(service, which);
    const brought = await bringing.bringIn(
      paths,
      { ...(board !== undefined && { board }), ...(tags.length > 0 && { tags }) },
      { signal, onEvent: (event) => event.kind !== 'brought' && onProgress(event) },
    );
    const { restored, prompted, plain, here, unreadable } = brought;
    print(options.json, { ...brought, board: board ?? null }, [
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

/** A board of that name, which is made where there is none. */
async function boardCalled(service: StudioService, which: string): Promise<string> {
  try {
    return await boardOf(service, which);
  } catch (thrown) {
    const name = boardSchema.shape.name.safeParse(which).data;
    if (toStudioError(thrown).code !== 'not-found' || name === undefined) throw thrown;
    return (await service.createBoard({ name })).board.id;
  }
}
