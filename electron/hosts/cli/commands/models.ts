import type { PackInfo } from '../../../contract/status.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

export async function listModels(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ service }) => {
    const packs = await service.packs({});
    const models = packs.map(({ folder, pack, error }) => ({
      ...{ id: pack?.id ?? null, version: pack?.version ?? null, title: pack?.title ?? null },
      ...{ folder, error },
    }));
    const lines = models.map(({ id, version, folder, error }) =>
      error ? `${folder}  ${error.message} (${error.code})` : `${id} ${version}  ${folder}`,
    );
    print(options.json, { models }, lines);
  });
}

/** Checks every file, graph and drawing of a pack; of the one in use if none is named. */
export async function verifyModel(name: string | undefined, options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ packs, signal, onProgress }) => {
    const folder = await packs.find(name);
    printPack(await packs.verify(folder, { signal, onProgress }), options, 'is sound');
  });
}

/**
 * Takes a pack in from a folder or a ZIP archive, once it has passed every check.
 *
 * @param replace whether one that was imported before and has the same id makes place
 */
export async function importModel(
  source: string,
  { replace, ...options }: GlobalOptions & { replace?: boolean | undefined },
): Promise<void> {
  await withStudio(options, async ({ packs, signal, onProgress }) => {
    printPack(await packs.import(source, { replace, signal, onProgress }), options, 'is there now');
  });
}

function printPack({ id, version, folder }: PackInfo, { json }: GlobalOptions, what: string): void {
  print(json, { id, version, folder }, [`${id} ${version} ${what}: ${folder}`]);
}
