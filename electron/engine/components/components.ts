import path from 'node:path';
import {
  COMPONENT_FILE,
  type ComponentInfo,
  type ComponentKind,
  type ComponentListing,
  type ImportedModel,
  type ImportWishes,
} from '../../contract/component.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { LoadOptions } from '../models/models.ts';
import { handleOf } from '../packs/handle.ts';
import { readManifest } from '../packs/manifest.ts';
import { Pack } from '../packs/pack.ts';
import { removeModel } from '../packs/remove.ts';
import { keepFile } from '../storage/publish.ts';
import { checkComponent, tryComponent } from './check.ts';
import {
  type AnyComponent,
  type Component,
  componentIn,
  componentInfo,
  componentsOf,
  isClip,
  isGenerator,
  isUpscaler,
  type PartsOfPack,
  readComponent,
} from './component.ts';
import type { BuildOptions } from './build.ts';
import { publishComponent } from './publish.ts';
import { recognise } from './recognise.ts';
import { listComponents } from './registry.ts';

const KINDS: Readonly<Record<ComponentKind, string>> = {
  ...{ clip: 'CLIP', generator: 'generator', upscaler: 'upscaler' },
};

export interface ComponentsParts {
  /** Folder of components' folders. */
  readonly root: string;
  readonly inference: Inference;
  readonly packs: PackInUse;
}

export interface ImportModelOptions extends ImportWishes, LoadOptions {
  /** Where it comes from, in words; by default the name of its file. */
  readonly from?: string | undefined;
}

/**
 * The CLIPs and StyleGANs that bridges can be learnt between, those that were imported and those of packs; and
 * upscalers.
 */
export class Components {
  /** Folder of components' folders. */
  readonly root: string;
  readonly #inference: Inference;
  readonly #packs: PackInUse;

  constructor({ root, inference, packs }: ComponentsParts) {
    this.root = root;
    this.#inference = inference;
    this.#packs = packs;
  }

  /** Every component that was imported; reads manifests only. */
  async list(): Promise<ComponentListing[]> {
    const found = await listComponents(this.root);
    return found.map(({ folder, manifest, problem }) => ({
      handle: handleOf(folder),
      folder,
      component: manifest && componentInfo(folder, manifest),
      error: problem,
    }));
  }

  /**
   * A CLIP by its id or handle, or that of a pack that is named by id, handle or folder.
   *
   * @throws StudioError `component-not-found`, and what reading a pack throws
   */
  async findClip(name: string): Promise<Component<'clip'>> {
    const found = await this.find(name);
    if (found && isClip(found)) return found;
    const parts = await this.#partsOfPack(name);
    if (parts) return parts.clip;
    throw await this.#notFound('clip', name);
  }

  /** A StyleGAN, as `findClip` finds a CLIP. */
  async findGenerator(name: string): Promise<Component<'generator'>> {
    const found = await this.find(name);
    if (found && isGenerator(found)) return found;
    const parts = await this.#partsOfPack(name);
    if (parts) return parts.generator;
    throw await this.#notFound('generator', name);
  }

  /**
   * An upscaler by its id or handle; without one, the first that there is, or null.
   *
   * @throws StudioError `component-not-found` for one that is named and not there
   */
  async findUpscaler(name?: string): Promise<Component<'upscaler'> | null> {
    if (name === undefined) {
      const found = await listComponents(this.root);
      const components = found.flatMap(({ folder, manifest }) =>
        manifest ? [componentIn(folder, manifest)] : [],
      );
      return components.find(isUpscaler) ?? null;
    }
    const found = await this.find(name);
    if (found && isUpscaler(found)) return found;
    throw await this.#notFound('upscaler', name);
  }

  /**
   * The folder of a component, by its id or the handle of a listing.
   *
   * @throws StudioError `component-not-found`
   */
  async locate(name: string): Promise<string> {
    const found = (await listComponents(this.root)).find(
      ({ folder }) => path.basename(folder) === name || handleOf(folder) === name,
    );
    if (found) return found.folder;
    throw new StudioError(
      'component-not-found',
      'That model is not there any more. Nothing was changed; clip-flow models list shows those that are.',
    );
  }

  /**
   * Takes in what an artist brings: a pack, a checkpoint, a CLIP, or a generator or an upscaler in ONNX files. It is
   * there whole or not at all.
   *
   * @param source a file or folder
   * @throws StudioError by which it is refused
   */
  async import(source: string, options: ImportModelOptions): Promise<ImportedModel> {
    const { signal, onProgress, replace, from = path.basename(source), ...wishes } = options;
    const load = { signal, onProgress };
    const recognised = await recognise(source);
    if (recognised.kind === 'pack') {
      return { kind: 'pack', pack: await this.#packs.import(source, { ...load, replace }) };
    }
    const build: BuildOptions = { ...load, wishes, from, inference: this.#inference };
    const { buildComponent } = await import('./build.ts');
    let notes: readonly string[] = [];
    const folder = await publishComponent(
      { root: this.root, signal: load.signal },
      async (draft) => {
        const built = await buildComponent(source, recognised, draft, build);
        notes = built.notes;
        return built.draft;
      },
      (draft) => tryComponent(draft, this.#inference, load),
    );
    return { kind: 'component', component: await this.#info(folder), notes: [...notes] };
  }

  /** Checks every file and graph of a component, and what it gives. @throws StudioError `pack-…` */
  async verify(folder: string, options: LoadOptions): Promise<ComponentInfo> {
    await checkComponent(folder, this.#inference, options);
    return this.#info(folder);
  }

  /** Removes a component. Packs that were made of it have files of their own. */
  async remove(folder: string): Promise<void> {
    await removeModel(folder);
  }

  /**
   * Chooses the class that a class-conditional generator starts with.
   *
   * @throws StudioError `invalid-argument` where it has no such class
   */
  async chooseClass(folder: string, index: number): Promise<ComponentInfo> {
    const manifest = await readComponent(folder);
    const classes = manifest.kind === 'generator' ? manifest.generator.classes : undefined;
    if (manifest.kind !== 'generator' || !classes || index >= classes.count) {
      const has = classes ? `the classes 0 to ${classes.count - 1}` : 'no classes';
      throw new StudioError(
        'invalid-argument',
        `${manifest.title} has ${has}. Nothing was changed; choose one that there is.`,
      );
    }
    const generator = { ...manifest.generator, classes: { ...classes, default: index } };
    const file = path.join(folder, COMPONENT_FILE);
    await keepFile(file, JSON.stringify({ ...manifest, generator }, null, 2));
    return this.#info(folder);
  }

  /** A component by its id or handle; undefined where there is none. */
  async find(name: string): Promise<AnyComponent | undefined> {
    for (const { folder, manifest } of await listComponents(this.root)) {
      if (manifest && (manifest.id === name || handleOf(folder) === name)) {
        return componentIn(folder, manifest);
      }
    }
    return undefined;
  }

  async #partsOfPack(name: string): Promise<PartsOfPack | null> {
    const folder = await this.#packs
      .find(name)
      .catch(() => this.#packs.locate(name))
      .catch(() => null);
    return folder === null ? null : componentsOf(new Pack(folder, await readManifest(folder)));
  }

  async #info(folder: string): Promise<ComponentInfo> {
    return componentInfo(folder, await readComponent(folder));
  }

  async #notFound(kind: ComponentKind, name: string): Promise<StudioError> {
    const components = await listComponents(this.root);
    const packs = kind === 'upscaler' ? [] : await this.#packs.list();
    const known = [
      ...components.flatMap(({ manifest }) => (manifest?.kind === kind ? [manifest.id] : [])),
      ...packs.flatMap(({ pack }) => (pack ? [pack.id] : [])),
    ];
    return new StudioError(
      'component-not-found',
      `There is no ${KINDS[kind]} "${name}". There are: ${known.join(', ') || 'none'}.`,
    );
  }
}
