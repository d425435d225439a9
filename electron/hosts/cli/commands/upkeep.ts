import path from 'node:path';
import { toStudioError } from '../../../contract/errors.ts';
import { sharpCodec } from '../../../engine/images/sharp-codec.ts';
import { LibraryFolder } from '../../../engine/library/folder.ts';
import { moveLibrary } from '../../../engine/library/move.ts';
import { setDatabaseAside } from '../../../engine/library/rebuild.ts';
import { rememberMove } from '../../../engine/locations.ts';
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
  return withLibrary(options, async ({ service, signal, onProgress }) => {
    const source = { kind: 'folder' as const, folder: other };
    const merged = await service.mergeLibrary({ source }, { signal, onEvent: onProgress });
    const { added, doubles, mended, boards, missed } = merged;
    print(options.json, merged, [
      `${added} added, ${doubles} were here, ${mended} pictures put back, ${boards} boards made`,
    ]);
    if (!options.json) for (const id of missed) printNote(`${id} cannot be read`);
    return missed.length === 0;
  });
}

export async function moveWholeLibrary(target: string, options: GlobalOptions): Promise<void> {
  const root = options.library ?? locations().library;
  await withWork(options, async (work) => {
    const onThere = rememberMove;
    const moved = await moveLibrary(root, target, sharpCodec, { ...work, onThere });
    print(options.json, moved, [moved.folder]);
    if (options.json) return;
    if (!moved.remembered) printNote('Name it with --library or CLIP_FLOW_LIBRARY from now on.');
    if (!moved.cleared) {
      printNote(
        `Some of it could not be removed from ${path.resolve(root)}; remove that yourself.`,
      );
    }
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
