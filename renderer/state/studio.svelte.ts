import { createContext } from 'svelte';
import { type StudioError, toStudioError } from '../../electron/contract/errors.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import type { Reference } from '../../electron/contract/reference.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import type { Host } from '../host/host.ts';
import { readPicture } from '../host/read-picture.ts';
import { strings } from '../strings.ts';
import { Between, type End } from './between.svelte.ts';
import { Breeding } from './breeding.svelte.ts';
import { Create } from './create.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Explanations } from './explanation.svelte.ts';
import { Exports } from './exports.svelte.ts';
import { focusSoon } from './focus.ts';
import { Library } from './library.svelte.ts';
import { PackImport } from './pack-import.svelte.ts';
import { Renders } from './renders.svelte.ts';
import { recipeOf, type Making, type Recipe } from './restore.ts';
import { Settings, type SettingValues } from './settings.svelte.ts';
import { slidesOf } from './sliders.ts';
import { slotOf } from './slot.ts';
import { StudioStatus } from './status.svelte.ts';
import { Timeline } from './timeline.svelte.ts';
import { type Toast, Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';
import { View } from './view.svelte.ts';

export const [getStudio, setStudio] = createContext<Studio>();

/** Everything the window knows, and what concerns more than one part of it. */
export class Studio {
  readonly host: Host;
  readonly undo = new UndoStack();
  readonly toasts = new Toasts();
  readonly view = new View();
  readonly status: StudioStatus;
  readonly settings: Settings;
  readonly library: Library;
  readonly create: Create;
  readonly edits: Edits;
  readonly explanations: Explanations;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly exports: Exports;
  readonly breeding: Breeding;
  readonly renders: Renders;
  readonly packImport: PackImport;
  #started = $state(false);
  #readingPicture = $state(false);

  constructor(host: Host) {
    const { service } = host;
    this.host = host;
    this.status = new StudioStatus(service);
    this.settings = new Settings(this.undo, () => this.status.pack);
    this.library = new Library(service, this.undo, this.toasts);
    const isAtEasel = () => this.view.place === 'create';
    this.create = new Create(service, this.library, this.settings, this.undo, isAtEasel);
    this.edits = new Edits(service, this.undo, () => this.status.pack);
    this.explanations = new Explanations(service);
    this.between = new Between(service, this.settings, this.undo);
    this.timeline = new Timeline(service, this.settings, this.undo, () => this.status.pack);
    this.exports = new Exports(host);
    this.breeding = new Breeding(service, () => this.status.pack?.layers ?? 1);
    this.renders = new Renders(host);
    this.packImport = new PackImport(service);
    this.toasts.remedy = (error) => this.remedy(error);
  }

  /** True once what was on the easel is back on it. */
  get started(): boolean {
    return this.#started;
  }

  get readingPicture(): boolean {
    return this.#readingPicture;
  }

  /** What shapes a way besides itself: the pack, the settings and who draws; null while there is no pack. */
  get shaping(): string | null {
    const { pack, connections } = this.status;
    return pack && JSON.stringify([pack.id, pack.version, this.settings.overrides, connections]);
  }

  /** What a command acts on: the selection, or else the portrait on the easel. */
  get targets(): readonly string[] {
    const { selection } = this.library;
    if (selection.length > 0) return selection;
    const id = this.view.place === 'library' ? undefined : this.create.current?.id;
    return id === undefined ? [] : [id];
  }

  /** Follows the studio's news until the signal fires. */
  async start(signal: AbortSignal): Promise<void> {
    const stopListening = this.status.onEvent((event) => this.#takeNews(event));
    signal.addEventListener('abort', stopListening);
    await this.status.follow(signal);
  }

  /** Reads the library when the connection stands, the first time and after each loss. */
  async connect(): Promise<void> {
    await this.library.reload();
    await this.attempt(() => this.renders.reload());
    if (this.#started) return;
    await this.attempt(() => this.create.resume());
    this.#started = true;
  }

  /** Runs what may fail and tells of the failure. */
  async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.toasts.fail(error);
      return null;
    }
  }

  async stopJob(id: string): Promise<void> {
    await this.attempt(() => this.host.service.cancelJob({ id }));
  }

  async undoLast(): Promise<void> {
    const change = await this.attempt(() => this.undo.undo());
    if (change) this.toasts.show(strings.undo.undid(change.label));
  }

  async redoLast(): Promise<void> {
    const change = await this.attempt(() => this.undo.redo());
    if (change) this.toasts.show(strings.undo.redid(change.label));
  }

  async trash(ids: readonly string[]): Promise<void> {
    await this.attempt(() => this.library.trash(ids, () => this.create.forget(ids)));
  }

  /** Asks for new words for a person; the field waits for them. */
  /** The one portrait that a key is about: on the easel, or chosen in the library and not in the trash. */
  get subject(): string | null {
    if (this.view.place !== 'library') return this.create.current?.id ?? null;
    const [id = ''] = this.targets;
    return this.library.portrait(id)?.trashedAt === null ? id : null;
  }

  /** Draws around a portrait, which comes onto the easel. */
  async moreLikeThis(id: string): Promise<void> {
    this.view.go('create');
    this.create.choose(id);
    await this.create.moreLikeThis();
  }

  /** Whether a portrait lies in another latent space than that of the pack in use. */
  isForeign(id: string): boolean {
    const space = this.library.portrait(id)?.spaces.latent;
    const { pack } = this.status;
    return space !== undefined && pack !== null && space !== pack.spaces.latent;
  }

  /** What can be done about a refusal: to carry over the portraits that it is about. */
  remedy({ details }: StudioError): Toast['action'] {
    const named = [details?.['portraits'] ?? details?.['portrait'] ?? []].flat();
    const ids = named.filter((id) => typeof id === 'string').filter((id) => this.isForeign(id));
    if (ids.length === 0) return undefined;
    return { label: strings.actions.carryOver, run: () => void this.carryOver(ids) };
  }

  /** Draws portraits of other latent spaces with the pack in use, one after the other; they come onto the easel. */
  async carryOver(ids: readonly string[]): Promise<void> {
    this.view.go('create');
    for (const id of ids) await this.create.carryOver(id);
  }

  samePerson(id: string): void {
    this.view.go('create');
    this.create.setBase({ kind: 'reword', of: id });
    focusSoon('[data-prompt]');
  }

  // Where a portrait came from

  /** Shows a portrait where the artist is: on the easel, or chosen in the library. */
  async show(id: string): Promise<void> {
    await this.library.fetch([id]);
    if (this.view.place === 'library') this.library.select(id);
    else this.create.choose(id);
  }

  async openOnEasel({ id }: Pick<Generation, 'id'>): Promise<void> {
    const [portrait] = await this.library.fetch([id]);
    if (portrait?.trashedAt !== null) return;
    this.view.go('create');
    this.create.choose(id);
  }

  async replay(id: string, change: Change = {}): Promise<void> {
    this.view.go('create');
    await this.create.replay(id, change);
  }

  /** Does to the portrait on the easel what was done to another one. */
  async applyEdits(id: string): Promise<void> {
    const of = this.create.current?.id;
    if (of !== undefined) await this.replay(id, { of });
  }

  /** Compares two portraits: the two selected, or the selected one with the one on the easel. */
  compare(): void {
    const [left, right = this.create.current?.id] = this.targets;
    const other = this.create.slots.find((id) => id !== null && id !== left);
    const second = right === left ? other : right;
    if (left !== undefined && second !== null && second !== undefined)
      this.view.open({ kind: 'compare', left, right: second });
    else this.toasts.show(strings.compare.needsTwo);
  }

  /** Puts portraits at the ends of the path: one where there is room, or two at both. */
  sendToBetween(): void {
    const [first, second] = this.targets;
    if (first === undefined) return;
    if (second === undefined) this.between.add({ kind: 'portrait', id: first });
    else {
      this.between.set({ a: { kind: 'portrait', id: first }, b: { kind: 'portrait', id: second } });
    }
    this.view.go('between');
    focusSoon('[data-end]');
  }

  /** Makes portraits the next key-frames of the timeline, in the order they were selected. */
  sendToTimeline(): void {
    if (this.targets.length === 0) return;
    for (const id of this.targets) this.timeline.add({ kind: 'portrait', id });
    this.view.go('timeline');
  }

  /** Exports the strip in Between, the film in Timeline, and the selection everywhere else. */
  openExport(): void {
    if (this.view.place === 'timeline' && this.timeline.isReady) {
      if (this.renders.run) this.toasts.show(strings.timeline.oneFilm);
      else this.view.open({ kind: 'export-timeline' });
    } else if (this.view.place === 'between' && this.between.isReady) {
      this.view.open({ kind: 'export-strip' });
    } else if (this.targets.length > 0) {
      this.view.open({ kind: 'export', ids: this.targets });
    }
  }

  async keepBetween(): Promise<void> {
    const generation = await this.attempt(() => this.between.keep());
    if (!generation) return;
    this.library.take(generation);
    this.toasts.show(strings.between.kept);
  }

  /** Keeps the edited portrait, which takes the place of the one it was made from. */
  async keepEdits(): Promise<void> {
    const generation = await this.attempt(() => this.edits.keep());
    if (!generation) return;
    this.library.take(generation);
    this.create.add(generation.id);
    this.toasts.show(strings.edits.kept);
  }

  async keepMoment(): Promise<void> {
    const generation = await this.attempt(() => this.timeline.keep());
    if (!generation) return;
    this.library.take(generation);
    this.toasts.show(strings.timeline.kept);
  }

  /** Draws a film in the background, and says when it is there or why it is not. */
  async renderFilm(request: RenderRequest): Promise<void> {
    const done = await this.renders.start(request);
    if (done) this.toasts.show(strings.timeline.done);
    else if (this.renders.error) this.toasts.fail(this.renders.error);
  }

  async copyPicture(id: string): Promise<void> {
    try {
      // The clipboard wants the promise, not the picture: it must be asked within the key press.
      const picture = this.host.service
        .picture({ id })
        .then((bytes) => new Blob([bytes], { type: 'image/png' }));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
      this.toasts.show(strings.actions.copied);
    } catch {
      this.toasts.show(strings.actions.copyFailed);
    }
  }

  /** Copies where a portrait's file lies; where there is no clipboard, it can be read. */
  async copyPath(id: string): Promise<void> {
    await this.attempt(async () => {
      const { file } = await this.host.service.pictureFile({ id });
      const copied = await navigator.clipboard.writeText(file).then(
        () => true,
        () => false,
      );
      this.toasts.show(copied ? strings.actions.pathCopied(file) : file);
    });
  }

  /** Takes in a picture of the artist's and starts the next portraits from it. */
  async startFromPicture(file: File): Promise<void> {
    await this.#useReference(() => readPicture(file));
  }

  async openPicture(): Promise<void> {
    await this.#useReference(async () => (await this.host.openPicture())?.bytes ?? null);
  }

  /** Takes in a model pack; which one is drawn with stays the artist's choice. */
  addPack = async (file: File, replace = false): Promise<void> => {
    const added = await this.packImport.start(file, replace);
    if (added) this.toasts.show(strings.models.added(added.title));
  };

  /** What was dropped on a window or pasted into it: a model pack among the models, else a picture. */
  async takeFile(file: File): Promise<void> {
    if (this.view.place === 'models') await this.addPack(file);
    else await this.startFromPicture(file);
  }

  /** Takes in a picture for one end of the path. */
  async usePictureAt(end: End, file?: File): Promise<void> {
    const reference = await this.#takeReference(async () =>
      file ? readPicture(file) : ((await this.host.openPicture())?.bytes ?? null),
    );
    if (reference) this.between.setSlot(end, { kind: 'image', reference: reference.id });
  }

  // Restoring what a portrait was made with

  get recipe(): Recipe {
    const { seed, truncation, temperature, gap, strength, bestOf, locks } = this.settings;
    const { prompt, base } = this.create;
    return { prompt, base, seed, truncation, temperature, gap, strength, bestOf, locks };
  }

  /** Puts fields of a recipe in place, as one step of the history. */
  restore(fields: Partial<Recipe>): void {
    if (Object.keys(fields).length === 0) return;
    const before = this.recipe;
    const seedWasLocked = this.settings.seedLocked;
    const put = (recipe: Recipe, seedLocked: boolean) => () => {
      const { prompt, base, locks, ...settings } = recipe;
      this.create.apply(prompt, base);
      this.settings.apply({ ...settings, locks: [...locks], seedLocked });
    };
    // A seed that was asked for is to be drawn with, not rolled away by the next draw.
    const lock = seedWasLocked || fields.seed !== undefined;
    const redo = put({ ...before, ...fields }, lock);
    redo();
    this.undo.push({ label: strings.undo.recall, redo, undo: put(before, seedWasLocked) });
  }

  recipeOf(making: Making): Recipe {
    return recipeOf(making, this.recipe, (locks) => this.settings.namesOf(locks));
  }

  // Mixing and breeding

  /** Mixes or breeds the portraits that are chosen; a single one with the next at hand. */
  openBreeding(): void {
    const { targets, create, library } = this;
    const atHand = [...targets, create.current?.id, ...create.slots, ...library.ids]
      .filter((id) => typeof id === 'string')
      .filter((id) => library.portrait(id)?.trashedAt === null);
    const [a] = atHand;
    const b = atHand.find((id) => id !== a);
    if (a === undefined || b === undefined) this.toasts.show(strings.breed.needsTwo);
    else {
      this.breeding.begin(targets.length > 1 ? targets : [a, b]);
      this.view.open({ kind: 'breed' });
    }
  }

  /** Opens what a child was bred from, with the shares it was bred with. */
  async breedAgain({ source, parents }: Making): Promise<void> {
    if (source.kind !== 'breed') return;
    await this.library.fetch(parents);
    const { how, spread, weights } = source;
    this.breeding.beginAgain(parents, weights, { how, spread });
    this.view.open({ kind: 'breed' });
  }

  async breed(): Promise<void> {
    const origin = this.breeding.origin(this.settings.held);
    this.view.go('create');
    await this.create.breed(origin);
  }

  /** Goes back to the place between two ends where a portrait was found. */
  openInBetween({ source, settings }: Making): void {
    if (source.kind !== 'interpolation') return;
    const before = { way: this.between.snapshot(), settings: this.settings.snapshot() };
    const { from, to, path, position } = source;
    const seed = [from, to].find((anchor) => anchor.kind !== 'portrait')?.seed ?? before.way.seed;
    const { truncation = settings.truncation } = source;
    const { temperature, gap } = settings;
    const after = {
      way: { ...before.way, a: slotOf(from), b: slotOf(to), path, even: false, position, seed },
      settings: { truncation, temperature, gap },
    };
    const put =
      ({ way, settings }: { way: typeof after.way; settings: Partial<SettingValues> }) =>
      () => {
        this.settings.apply(settings);
        this.between.load(way);
      };
    put(after)();
    this.undo.push({ label: strings.undo.recall, undo: put(before), redo: put(after) });
    this.view.go('between');
  }

  /** Puts the portrait that one was made from on the easel, and its sliders where they stood. */
  async openSliders({ source, parents: [parent] }: Making): Promise<void> {
    const slides = slidesOf(source);
    if (!slides || parent === undefined) return;
    const [found] = await this.library.fetch([parent]);
    if (found?.trashedAt !== null) return this.toasts.show(strings.restore.parentGone);
    await this.openOnEasel(found);
    this.edits.begin(parent);
    this.edits.open(slides);
  }

  /** Goes back to the timeline that a portrait is a frame of. */
  openInTimeline({ source }: Making): void {
    if (source.kind !== 'timeline') return;
    this.timeline.open(source.timeline, source.at);
    this.view.go('timeline');
  }

  /** Takes in a picture for a key-frame of the timeline. */
  async usePictureForKey(id: number, file?: File): Promise<void> {
    const reference = await this.#takeReference(async () =>
      file ? readPicture(file) : ((await this.host.openPicture())?.bytes ?? null),
    );
    if (reference) {
      this.timeline.setKey(id, { slot: { kind: 'image', reference: reference.id } });
    }
  }

  async #useReference(read: () => Promise<Uint8Array<ArrayBuffer> | null>): Promise<void> {
    const reference = await this.#takeReference(read);
    if (!reference) return;
    this.view.go('create');
    this.create.setBase({ kind: 'image', reference: reference.id });
    const { recipe: making } = reference;
    if (!making) return;
    this.toasts.show(strings.create.pictureRestored, {
      label: strings.inspector.restore,
      run: () => this.view.open({ kind: 'restore', making }),
    });
  }

  async #takeReference(
    read: () => Promise<Uint8Array<ArrayBuffer> | null>,
  ): Promise<Reference | null> {
    this.#readingPicture = true;
    const reference = await this.attempt(async () => {
      const bytes = await read();
      return bytes && this.host.service.addReference({ bytes });
    });
    this.#readingPicture = false;
    if (reference?.notice) this.toasts.show(reference.notice);
    return reference;
  }

  #takeNews(event: StudioEvent): void {
    if (event.kind === 'inference-restarted') this.toasts.show(strings.shell.restarted);
    this.library.takeNews(event).catch((error: unknown) => {
      if (toStudioError(error).code !== 'disconnected') this.toasts.fail(error);
    });
  }
}
