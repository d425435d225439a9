import type {
  ComponentInfo,
  ComponentListing,
  ImportedModel,
  ImportWishes,
} from '../../../contract/component.ts';
import type { PackInfo, PackListing } from '../../../contract/status.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

export async function listModels(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ service }) => {
    const packs = await service.packs({});
    const components = await service.components({});
    const models = packs.map(({ folder, pack, error }) => ({
      ...{ id: pack?.id ?? null, version: pack?.version ?? null, title: pack?.title ?? null },
      ...{ resolution: pack?.resolution ?? null, license: pack?.license ?? null },
      ...{ folder, error },
    }));
    const lines = [...packs.map(packLine), ...components.map(componentLine)];
    print(options.json, { models, components }, lines);
  });
}

function packLine({ folder, pack, error }: PackListing): string {
  if (error || !pack) return broken(folder, error);
  const { id, version, resolution, license } = pack;
  return `${id} ${version}  ${resolution} px, licence ${license}  ${folder}`;
}

function componentLine({ folder, component, error }: ComponentListing): string {
  if (error || !component) return broken(folder, error);
  return `${component.id}  ${inWords(component)}  ${folder}`;
}

function broken(folder: string, error: PackListing['error']): string {
  return `${folder}  ${error?.message ?? ''} (${error?.code ?? ''})`;
}

function inWords(component: ComponentInfo): string {
  if (component.kind === 'upscaler') {
    const { factor, tile, license } = component;
    return `upscaler × ${factor}, tiles of ${tile.width} × ${tile.height} px, licence ${license}`;
  }
  const { kind, width, resolution, classes, license } = component;
  const what = kind === 'clip' ? `CLIP, ${width} numbers` : `generator, w of ${width} numbers`;
  const class_ = classes ? `, class ${classes.default} of ${classes.count}` : '';
  return `${what}, ${resolution} px${class_}, licence ${license}`;
}

/** Lists the named directions of the pack in use. */
export async function listDirections(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ packs, onProgress }) => {
    const { pack } = await packs.models(onProgress);
    const directions = pack.manifest.directions.map(({ id, title }) => ({ id, title }));
    print(
      options.json,
      { directions },
      directions.map(({ id, title }) => `${id}  ${title}`),
    );
  });
}

/** Checks every file, graph and drawing of a pack or component; of the pack in use if none is named. */
export async function verifyModel(name: string | undefined, options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ packs, components, signal, onProgress }) => {
    const load = { signal, onProgress };
    const component = name === undefined ? null : await components.locate(name).catch(() => null);
    if (component !== null) {
      printComponent(await components.verify(component, load), options, 'is sound');
      return;
    }
    printPack(await packs.verify(await packs.find(name), load), options, 'is sound');
  });
}

/** Takes in a pack, a checkpoint, a CLIP or a generator, once it has passed every check. */
export async function importModel(
  source: string,
  { json, library, pack, ...wishes }: GlobalOptions & ImportWishes,
): Promise<void> {
  const options = { json, library, pack };
  await withStudio(options, async ({ components, signal, onProgress }) => {
    printImported(await components.import(source, { ...wishes, signal, onProgress }), options);
  });
}

export function printImported(made: ImportedModel, options: GlobalOptions): void {
  if (made.kind === 'pack') return printPack(made.pack, options, 'is there now');
  for (const note of made.notes) printNote(note);
  printComponent(made.component, options, 'is there now', made.notes);
}

/** Removes a pack that was imported, or a component. */
export async function removeModel(name: string, options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ packs, components }) => {
    const component = await components.locate(name).catch(() => null);
    if (component === null) await packs.remove(await packs.find(name));
    else await components.remove(component);
    print(options.json, { removed: name }, [`${name} is removed.`]);
  });
}

/** Chooses the class that a class-conditional generator starts with. */
export async function chooseClass(
  name: string,
  index: number,
  options: GlobalOptions,
): Promise<void> {
  await withStudio(options, async ({ components }) => {
    const folder = await components.locate(name);
    printComponent(await components.chooseClass(folder, index), options, 'is as follows now');
  });
}

function printPack({ id, version, folder }: PackInfo, { json }: GlobalOptions, what: string): void {
  print(json, { id, version, folder }, [`${id} ${version} ${what}: ${folder}`]);
}

function printComponent(
  component: ComponentInfo,
  { json }: GlobalOptions,
  what: string,
  notes: readonly string[] = [],
): void {
  const line = `${component.id} ${what} (${inWords(component)}): ${component.folder}`;
  print(json, { component, notes }, [line]);
}
