import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { PackRef } from '../../contract/generation.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { PackSpaces } from '../../contract/spaces.ts';
import type { PackInfo, PackListing, PackState, StyleSample } from '../../contract/status.ts';
import type { Inference } from '../inference/inference.ts';
import { sweepDrafts } from '../packs/drafts.ts';
import { handleOf } from '../packs/handle.ts';
import { importPack } from '../packs/import.ts';
import { readManifest } from '../packs/manifest.ts';
import { Pack } from '../packs/pack.ts';
import { removeModel } from '../packs/remove.ts';
import { findPack, listPacks, listPacksWithId, manifestIn, soundest } from '../packs/registry.ts';
import { type DrawnBy, folderOf, spacesToldBy } from '../packs/spaces.ts';
import { ProgressListeners } from '../jobs/progress-listeners.ts';
import { type LoadOptions, type Models, packInfo } from '../models/models.ts';
import type { CheckedPacks } from './checked-packs.ts';
import { loadModels } from './load-models.ts';
import type { OptimisedGraphs } from './optimised-graphs.ts';
import type { Trial } from './test-drawing.ts';

/** The pack that this project brings, and the one to draw with where none is named. */
const DEFAULT_PACK = 'illustrated-portraits';

export interface PackInUseOptions {
  readonly inference: Inference;
  /** Folders of pack folders, the first of them for those that are imported. */
  readonly roots: readonly [string, ...string[]];
  /** Id of a pack in the roots, or path of a pack's folder. */
  readonly wanted: string | undefined;
  /** Packs that need not be checked again. */
  readonly checked?: CheckedPacks | undefined;
  /** Where their graphs are kept in their optimised form. */
  readonly optimised?: OptimisedGraphs | undefined;
}

type TrialOptions = LoadOptions & { trial?: Trial };

/** The one pack portraits are drawn with: found, loaded when first needed, and exchanged for another. */
export class PackInUse {
  readonly #inference: Inference;
  readonly #roots: readonly [string, ...string[]];
  readonly #wanted: string | undefined;
  readonly #checked: CheckedPacks | undefined;
  readonly #optimised: OptimisedGraphs | undefined;
  readonly #listeners = new Set<() => void>();
  /** Those who wait for the models. */
  readonly #waiting = new ProgressListeners();
  #state: PackState = { state: 'loading', folder: '' };
  #models: Promise<Models> | undefined;

  constructor({ inference, roots, wanted, checked, optimised }: PackInUseOptions) {
    this.#inference = inference;
    this.#roots = roots;
    this.#wanted = wanted;
    this.#checked = checked;
    this.#optimised = optimised;
  }

  get state(): PackState {
    return this.#state;
  }

  /** Has a listener told whenever packs have come or gone, or how the pack in use stands is another. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** What there is to know of the pack in use, once it is loaded. */
  get info(): PackInfo | undefined {
    return this.#state.state === 'ready' ? this.#state.pack : undefined;
  }

  /**
   * The pack's models, loaded once. A load that failed is tried again by the next call.
   *
   * @param onProgress told of the loading, whoever began it
   * @throws StudioError with one of the `pack-…` codes
   */
  models(onProgress?: LoadOptions['onProgress']): Promise<Models> {
    const models = (this.#models ??= this.#load({ onProgress: this.#waiting.tell }).catch(
      (thrown: unknown) => {
        this.#models = undefined;
        throw thrown;
      },
    ));
    return this.#waiting.during(() => models, onProgress);
  }

  /** Draws with the pack in `folder` from now on. If it is refused, everything stays as it was. */
  async choose(folder: string, options: LoadOptions): Promise<PackInfo> {
    const chosen = await this.#open(folder, options);
    const previous = await this.#inUse();
    const info = this.#adopt(chosen);
    if (previous && previous.pack.folder !== chosen.pack.folder) {
      await this.#inference.release(previous.pack.graphs);
    }
    return info;
  }

  /** Checks a pack as loading does, and whether it draws the same twice. Unless it is the one in use, nothing of it is kept. */
  async verify(folder: string, options: LoadOptions): Promise<PackInfo> {
    const models = await this.#open(folder, { ...options, trial: 'twice' });
    const { pack } = models;
    if ((await this.#inUse())?.pack.folder === pack.folder) return this.#adopt(models);
    await this.#inference.release(pack.graphs);
    return packInfo(pack.folder, pack.manifest);
  }

  /** Works with the models of a pack, which are loaded for that and put away again unless it is the one in use. */
  async lend<T>(
    folder: string,
    options: LoadOptions,
    work: (models: Models) => Promise<T>,
  ): Promise<T> {
    const inUse = await this.#inUse();
    if (inUse?.pack.folder === path.resolve(folder)) return work(inUse);
    const models = await this.#loadOrRelease(folder, options);
    try {
      return await work(models);
    } finally {
      if (this.info?.folder !== models.pack.folder)
        await this.#inference.release(models.pack.graphs);
    }
  }

  /** Every pack in the roots; reads manifests and file sizes only. */
  async list(): Promise<PackListing[]> {
    const inUse = this.info?.folder;
    const found = await listPacks(this.#roots);
    return found.map(({ folder, manifest, problem }) => ({
      handle: handleOf(folder),
      folder,
      inUse: path.resolve(folder) === inUse,
      imported: this.#isImported(folder),
      pack: manifest && packInfo(folder, manifest),
      error: problem,
    }));
  }

  /** The folder of an installed pack that drew something, of that edition and drawing the same; or null. */
  async findDrawing(portrait: DrawnBy): Promise<string | null> {
    return folderOf(portrait, await listPacks(this.#roots));
  }

  /** What an installed pack, or the one in use, says of itself; undefined for one that is not there. */
  async manifestOf(pack: PackRef): Promise<PackManifest | undefined> {
    const installed = manifestIn(await listPacks(this.#roots), pack);
    if (installed) return installed;
    const wanted = await this.#wantedManifest();
    return wanted?.id === pack.id && wanted.version === pack.version ? wanted : undefined;
  }

  /** What the packs that can be found tell of their spaces, and of those of their earlier editions. */
  async spacesTold(): Promise<PackSpaces[]> {
    const listed = (await listPacks(this.#roots)).map(({ manifest }) => manifest);
    const wanted = await this.#wantedManifest();
    return [...listed, wanted].flatMap((manifest) => (manifest ? spacesToldBy(manifest) : []));
  }

  /**
   * A picture in each style of the pack in a folder.
   *
   * @throws StudioError `pack-file-invalid`, and what reading a manifest throws
   */
  async samples(folder: string): Promise<StyleSample[]> {
    const pack = new Pack(folder, await readManifest(folder));
    return Promise.all(
      pack.manifest.styles.map(async ({ id, title, sample }) => {
        return { id, title, bytes: new Uint8Array(await pack.readSample(sample)) };
      }),
    );
  }

  /**
   * The folder of a pack named by id or by path; without a name of the one to draw with.
   *
   * @throws StudioError `pack-not-found`
   */
  async find(name = this.#wanted): Promise<string> {
    if (name !== undefined) {
      const isPath = path.basename(name) !== name || name === '.';
      return isPath ? path.resolve(name) : findPack(this.#roots, name);
    }
    const named = await listPacksWithId(this.#roots, DEFAULT_PACK);
    const byDefault = soundest(named) ?? soundest(await listPacks(this.#roots));
    if (byDefault) return byDefault.folder;
    throw new StudioError(
      'pack-not-found',
      `There is no model pack in ${this.#roots.join(' or ')}. Put one there, or name its folder.`,
    );
  }

  /**
   * The folder of a pack in the roots, named as a listing of `list` names it.
   *
   * @throws StudioError `pack-not-found`
   */
  async locate(handle: string): Promise<string> {
    const found = await listPacks(this.#roots);
    const listing = found.find(({ folder }) => handleOf(folder) === handle);
    if (listing) return listing.folder;
    throw new StudioError('pack-not-found', 'That pack is not there any more. Choose another one.');
  }

  /**
   * Takes a pack in from a folder or a ZIP archive, after checking it as `verify` does. One that takes the
   * place of the pack in use is in use from then on.
   *
   * @param options `replace` says that an imported pack of the same id makes place
   */
  async import(
    source: string,
    { replace, ...options }: LoadOptions & { replace?: boolean | undefined },
  ): Promise<PackInfo> {
    const folder = await importPack(
      source,
      { roots: this.#roots, replace, signal: options.signal },
      (draft) => this.verify(draft, options),
    );
    if ((await this.#inUse())?.pack.folder === folder) return this.choose(folder, options);
    this.#tell();
    return packInfo(folder, await readManifest(folder));
  }

  /**
   * Removes a pack that was imported. What the library keeps of it stays there, and so do its portraits.
   *
   * @throws StudioError `pack-in-use`, `access-denied` for one that came with the studio
   */
  async remove(folder: string): Promise<void> {
    if (!this.#isImported(folder)) {
      throw new StudioError(
        'access-denied',
        `The pack in ${folder} was not imported. It was left as it is; remove its folder where it was put.`,
      );
    }
    if (await this.#isInUse(folder)) {
      throw new StudioError(
        'pack-in-use',
        'The pack is in use. Nothing was removed; draw with another one first.',
      );
    }
    const manifest = await readManifest(folder).catch(() => undefined);
    if (manifest) await this.#inference.release(new Pack(folder, manifest).graphs);
    await removeModel(folder);
    this.#tell();
  }

  /** Of the pack that was wanted by its path, and may be in no root. */
  async #wantedManifest(): Promise<PackManifest | null> {
    return this.find()
      .then(readManifest)
      .catch(() => null);
  }

  /** Whether a folder lies in the root that packs are imported into. */
  #isImported(folder: string): boolean {
    const [root] = this.#roots;
    return path.dirname(path.resolve(folder)) === path.resolve(root);
  }

  /** Also before it is loaded, where it is named. */
  async #isInUse(folder: string): Promise<boolean> {
    const named = async () => (this.#wanted === undefined ? null : this.find().catch(() => null));
    return (this.info?.folder ?? (await named())) === path.resolve(folder);
  }

  async #inUse(): Promise<Models | undefined> {
    return this.#models?.catch(() => undefined);
  }

  /**
   * Loads a pack beside the one in use, or that one again. Graphs are known by their path: of a pack that is
   * refused none stays loaded, so that a mended one is read anew, and neither do those whose files were
   * exchanged.
   */
  async #open(folder: string, options: TrialOptions): Promise<Models> {
    const inUse = (await this.#inUse())?.pack;
    if (inUse?.folder !== path.resolve(folder)) return this.#loadOrRelease(folder, options);
    if (!isDeepStrictEqual(inUse.manifest, await readManifest(folder))) {
      await this.#inference.release(inUse.graphs);
    }
    return this.#loadModels(folder, options);
  }

  async #loadOrRelease(folder: string, options: TrialOptions): Promise<Models> {
    try {
      return await this.#loadModels(folder, options);
    } catch (thrown) {
      const manifest = await readManifest(folder).catch(() => undefined);
      if (manifest) await this.#inference.release(new Pack(folder, manifest).graphs);
      throw thrown;
    }
  }

  #loadModels(folder: string, options: TrialOptions): Promise<Models> {
    const kept = { checked: this.#checked, optimised: this.#optimised };
    return loadModels(folder, this.#inference, { ...options, ...kept });
  }

  #adopt(models: Models): PackInfo {
    this.#models = Promise.resolve(models);
    return this.#ready(models);
  }

  async #load(options: LoadOptions): Promise<Models> {
    await sweepDrafts(this.#roots[0]);
    let folder: string;
    try {
      folder = await this.find();
    } catch (thrown) {
      this.#change({ state: 'missing', error: toStudioError(thrown).toJSON() });
      throw thrown;
    }
    this.#change({ state: 'loading', folder });
    try {
      const models = await this.#loadOrRelease(folder, options);
      this.#ready(models);
      return models;
    } catch (thrown) {
      this.#change({ state: 'refused', folder, error: toStudioError(thrown).toJSON() });
      throw thrown;
    }
  }

  #ready({ pack }: Models): PackInfo {
    const info = packInfo(pack.folder, pack.manifest);
    this.#change({ state: 'ready', pack: info });
    return info;
  }

  #change(state: PackState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
