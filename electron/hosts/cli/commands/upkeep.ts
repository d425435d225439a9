import path from 'node:path';
import { toStudioError } from '../../../contract/errors.ts';
import { sharpCodec } from '../../../engine/images/sharp-codec.ts';
import { LibraryFolder } from '../../../engine/library/folder.ts';
import { openLibraryToRead } from '../../../engine/library/library.ts';
import { moveLibrary } from '../../../engine/library/move.ts';
import { setDatabaseAside } from '../../../engine/library/rebuild.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, locations, withLibrary, withWork } from '../session.ts';

/** @returns whether all is well */
export async function verifyLibrary(options: GlobalOptions): Promise<boolean> {
  return withLibrary(options, async ({ service, signal, onProgress }) => {
    const found = await service.verifyLibrary({}, { signal, onEvent: onProgress });
    const lines = [`${found.portraits} portraits, ${found.problems.length} problems`];
    print(options.json, found, [...lines, ...found.problems]);
    return found.problems.length === 0;
  });
}

export async function backUpLibrary(target: string, options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ library, signal, onProgress }) => {
    const backup = await library.upkeep.backUp(target, { signal, onProgress });
    print(options.json, backup, [`${backup.target}  ${backup.portraits} portraits`]);
  });
}

export async function rebuildLibrary(options: GlobalOptions): Promise<void> {
  const aside = await setAsideIfDamaged(options);
  await withLibrary(options, async ({ library, service, signal, onProgress }) => {
    await library.reconciled;
    const rebuilt = await service.rebuildLibrary({}, { signal, onEvent: onProgress });
    const found = library.reconciliation.adopted;
    const adopted = rebuilt.adopted + found;
    const { portraits, rewritten, unreadable } = rebuilt;
    const document = { portraits, adopted, rewritten, unreadable, setAside: aside };
    const line = `${portraits} portraits, ${adopted} rows made again, ${rewritten} written anew`;
    print(options.json, document, [line, ...unreadable]);
    if (aside !== null && !options.json) printNote(`The damaged database lies in ${aside}.`);
  });
}

/** A database that cannot be opened makes place for one that is made from the pictures. */
async function setAsideIfDamaged(options: GlobalOptions): Promise<string | null> {
  try {
    await withLibrary(options, async () => undefined);
    return null;
  } catch (thrown) {
    if (toStudioError(thrown).code !== 'library-corrupt') throw thrown;
    return setDatabaseAside(new LibraryFolder(options.library ?? locations().library));
  }
}

/** @returns whether all came */
export async function mergeLibrary(other: string, options: GlobalOptions): Promise<boolean> {
  const source = await openLibraryToRead(other, sharpCodec);
  try {
    await source.reconciled;
    return await withLibrary(options, async ({ library, signal, onProgress }) => {
      const merged = await library.upkeep.merge(source, { signal, onProgress });
      const line = `${merged.added} added, ${merged.doubles} were here, ${merged.boards} boards made`;
      print(options.json, merged, [line]);
      if (!options.json) for (const id of merged.missed) printNote(`${id} cannot be read`);
      return merged.missed.length === 0;
    });
  } finally {
    await source.close();
  }
}

export async function moveWholeLibrary(target: string, options: GlobalOptions): Promise<void> {
  const root = options.library ?? locations().library;
  await withWork(options, async (work) => {
    const moved = await moveLibrary(root, target, sharpCodec, work);
    print(options.json, moved, [moved.target]);
    if (options.json) return;
    printNote(
      `Name it with --library or CLIP_FLOW_LIBRARY from now on: nothing is left in ${path.resolve(root)}.`,
    );
  });
}

export interface SettingsOptions extends GlobalOptions {
  readonly trashDays?: number | null | undefined;
}

export async function settings({ trashDays, ...options }: SettingsOptions): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    if (trashDays !== undefined) await service.setLibrarySettings({ trashDays });
    const kept = await service.librarySettings({});
    const days = kept.trashDays === null ? 'never' : `${kept.trashDays} days`;
    print(options.json, kept, [`The trash is emptied after: ${days}`]);
  });
}
