import { createContext } from 'svelte';
import type { BoardListing } from '../../electron/contract/arrange.ts';
import type { Device } from '../../electron/contract/device.ts';
import { isPicturePath } from '../../electron/contract/bring-in.ts';
import { type StudioError, toStudioError } from '../../electron/contract/errors.ts';
import type { CellPlace, KeepCellsRequest } from '../../electron/contract/grid.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import { MANY, TIMED, msPerPortrait } from '../../electron/contract/duration.ts';
import type { Preset } from '../../electron/contract/preset.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import type { Host } from '../host/host.ts';
import type { Handed } from '../host/parts.ts';
import { surprise } from '../create/surprise.ts';
import { KeyBindings } from '../palette/key-bindings.svelte.ts';
import { strings } from '../strings.ts';
import { Arranging } from './arranging.ts';
import { AsSeen } from './as-seen.ts';
import { type AxisChoice, axisChoices } from './axes.ts';
import { Atlas } from './atlas.svelte.ts';
import { Between } from './between.svelte.ts';
import { Breeding } from './breeding.svelte.ts';
import { BringingIn } from './bringing-in.svelte.ts';
import { Catalog } from './catalog.svelte.ts';
import { Chosen } from './chosen.ts';
import { Clipboard } from './clipboard.ts';
import { Create } from './create.svelte.ts';
import { EaselLook } from './easel-look.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Explanations } from './explanation.svelte.ts';
import { Exports } from './exports.svelte.ts';
import { focusSoon } from './focus.ts';
import { GridTable } from './grid.svelte.ts';
import type { Keeping } from './keeping.svelte.ts';
import { Live } from './live.ts';
import { LibraryActions } from './library-actions.ts';
import { Library } from './library.svelte.ts';
import { ModelActions } from './model-actions.svelte.ts';
import { isModel, type ModelFiles } from './model-files.ts';
import type { Shown } from '../live/output-messages.ts';
import { Output } from './output.svelte.ts';
import { chosenPictures, type PictureFile } from './picture-files.ts';
import { FrameSpeed } from './frame-speed.svelte.ts';
import { ModelServers } from './model-servers.svelte.ts';
import { Offer } from './offer.svelte.ts';
import { inStyle, outOfStyle } from './phrasing.ts';
import { Pictures } from './pictures.svelte.ts';
import { Playhead } from './playhead.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Presets } from './presets.svelte.ts';
import { Recall } from './recall.ts';
import { Renders } from './renders.svelte.ts';
import { onDamaged } from './saved.ts';
import { Search } from './search.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { ALL } from './source.ts';
import { StudioStatus } from './status.svelte.ts';
import { Timeline } from './timeline.svelte.ts';
import { type Toast, Toasts } from './toasts.svelte.ts';
import { Tour } from './tour.svelte.ts';
import { UndoStack } from './undo.svelte.ts';
import { Upkeep } from './upkeep.svelte.ts';
import { View } from './view.svelte.ts';

export const [getStudio, setStudio] = createContext<Studio>();

/** More pictures than this are no longer drawn from by a drop. */
const MAX_PICTURES = 32;

/** Everything the window knows, and what concerns more than one part of it. */
export class Studio {
  readonly host: Host;
  readonly undo = new UndoStack();
  readonly toasts = new Toasts();
  readonly view = new View();
  readonly tour = new Tour(this.view, (selector) => document.querySelector(selector));
  readonly keys = new KeyBindings();
  readonly preferences = new Preferences();
  readonly status: StudioStatus;
  readonly settings: Settings;
  readonly library: Library;
  readonly catalog: Catalog;
  readonly search: Search;
  readonly actions: LibraryActions;
  readonly arranging: Arranging;
  readonly atlas: Atlas;
  readonly create: Create;
  readonly edits: Edits;
  readonly look: EaselLook;
  readonly explanations: Explanations;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly playhead: Playhead;
  readonly gridTable: GridTable;
  readonly exports: Exports;
  readonly breeding: Breeding;
  readonly bringingIn: BringingIn;
  readonly upkeep: Upkeep;
  readonly renders: Renders;
  readonly models: ModelActions;
  readonly modelServers: ModelServers;
  readonly pictures: Pictures;
  readonly clipboard: Clipboard;
  readonly asSeen: AsSeen;
  readonly chosen: Chosen;
  readonly recall: Recall;
  readonly live: Live;
  readonly output: Output;
  readonly presets: Presets;
  readonly offer: Offer;
  #isLeavingOut = $state(false);
  #started = $state(false);

  constructor(host: Host) {
    const { service } = host;
    this.host = host;
    this.status = new StudioStatus(service);
    this.settings = new Settings(this.undo, () => this.status.pack);
    const isInLibrary = () => this.view.place === 'library';
    this.library = new Library(service, this.toasts, isInLibrary);
    this.catalog = new Catalog(service, isInLibrary, (from, to) =>
      this.search.renameBoard(from, to),
    );
    this.search = new Search(
      (source) => void this.library.show(source),
      (name) => this.catalog.boardNamed(name),
    );
    this.actions = new LibraryActions(service, this.library, this.undo, this.toasts);
    this.arranging = new Arranging(service, this.library, this.undo, this.toasts);
    this.atlas = new Atlas(service, this.toasts, () => isInLibrary() && this.view.atlas);
    const isAtEasel = () => this.view.place === 'create';
    this.create = new Create(service, this.library, this.settings, this.undo, isAtEasel);
    const speed = new FrameSpeed(() => this.status.drawer);
    const claim = () => this.create.easel.claim();
    this.edits = new Edits(service, this.undo, speed, () => this.status.pack, claim);
    this.look = new EaselLook(this.create.easel, this.edits, this.library);
    this.explanations = new Explanations(service);
    this.between = new Between(service, this.settings, this.undo, speed);
    this.timeline = new Timeline(this.settings, this.undo);
    this.playhead = new Playhead(
      service,
      this.timeline,
      this.settings,
      speed,
      () => this.status.pack,
    );
    this.gridTable = new GridTable(service, this.undo, speed);
    this.exports = new Exports(host);
    this.breeding = new Breeding(service, speed, () => this.status.pack);
    this.bringingIn = new BringingIn(service);
    this.upkeep = new Upkeep(host);
    this.renders = new Renders(host);
    this.models = new ModelActions(service, this.toasts);
    this.modelServers = new ModelServers(service, this.status);
    this.pictures = new Pictures(host, this.toasts);
    this.clipboard = new Clipboard(host, this.toasts);
    this.asSeen = new AsSeen(this);
    this.chosen = new Chosen(this);
    this.recall = new Recall(this);
    this.live = new Live(service, this, this.toasts);
    this.output = new Output({
      shown: () => this.shown,
      onPulse: () => {
        this.between.pulse();
        this.playhead.pulse();
      },
    });
    this.presets = new Presets(service);
    this.offer = new Offer(service);
    this.toasts.remedy = (error) => this.remedy(error);
    onDamaged((key) => this.toasts.warn(strings.settings.damaged(key)));
  }

  /** True once what was on the easel is back on it. */
  get started(): boolean {
    return this.#started;
  }

  /** What shapes a path besides itself: the pack, the settings and who draws; null while there is no pack. */
  get shaping(): string | null {
    const { pack, connections } = this.status;
    return pack && JSON.stringify([pack.id, pack.version, this.settings.overrides, connections]);
  }

  /** What is looked at, for whoever shows it too; null in places where that is no one picture. */
  get shown(): Shown | null {
    const { edits, create, between, playhead, view } = this;
    const { current } = create.easel;
    const frames = {
      create: edits.frame,
      between: between.preview.frame,
      timeline: playhead.preview.frame,
      library: null,
      models: null,
      grid: this.gridTable.frames.frame(this.gridTable.cursor),
    };
    const frame = frames[view.place];
    if (frame) return { kind: 'frame', frame };
    return view.place === 'create' && current ? { kind: 'portrait', id: current.id } : null;
  }

  /** Follows the studio's news until the signal fires. */
  async start(signal: AbortSignal): Promise<void> {
    const stopListening = this.status.onEvent((event) => this.#takeNews(event));
    signal.addEventListener('abort', stopListening);
    await this.status.follow(signal);
  }

  /** Reads the library when the connection stands, the first time and after each loss. */
  async connect(): Promise<void> {
    const { device } = this.preferences;
    if (device !== null && this.status.now?.device.fixed === false) void this.chooseDevice(device);
    this.live.osc.follow();
    await this.library.reload();
    this.atlas.refresh();
    await this.attempt(() => this.catalog.reload());
    await this.attempt(() => this.renders.reload());
    // Between and Timeline draw anew with every connection: the pack may be another.
    this.edits.preview.live.retry();
    this.breeding.preview.retry();
    if (this.#started) return;
    await this.attempt(() => this.create.resume());
    this.#started = true;
    const left = this.create.resumeQueue();
    if (!left) return;
    const { queue } = this.create;
    this.toasts.warn(
      strings.queue.brokeOff(left.done, left.count),
      { label: strings.queue.goOn, run: () => queue.resume() },
      () => queue.isPaused,
    );
  }

  /** Stops what is being drawn, says how far it was, and offers to go on. */
  stopDrawing(): void {
    const { create, toasts } = this;
    const left = create.cancel();
    if (!left) return;
    toasts.show(strings.queue.stopped(left.done, left.count), {
      label: strings.queue.goOn,
      run: () => create.goOn(left),
    });
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

  /** Has a device draw from now on, also the next time; null leaves it to the studio. */
  async chooseDevice(device: Device | null): Promise<void> {
    const chosen = await this.attempt(() => this.host.service.chooseDevice({ device }));
    if (chosen) this.preferences.set({ device });
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
    await this.attempt(() => this.actions.trash(ids, () => this.create.easel.forget(ids)));
  }

  /** Draws what the field says. The easel has the keys then, until a field is chosen. */
  async generate(): Promise<void> {
    const { create } = this;
    if (!create.canDraw) return create.generate();
    await this.#askIfMany(create.wanted, async () => {
      focusSoon('[data-easel]');
      await create.generate();
    });
  }

  /** Draws so many portraits, after a yes where that takes its time. */
  async #askIfMany(count: number, draw: () => Promise<void>): Promise<void> {
    if (count <= MANY) return draw();
    this.view.open({ kind: 'many', count, draw: () => void draw() });
  }

  /** How long so many portraits take, in milliseconds, as the last ones of the pack in use did; null without any. */
  timeFor(count: number): number | null {
    const { pack } = this.status;
    const last = this.library.head.flatMap((id) => this.library.portrait(id) ?? []);
    const ours = last.filter(
      (row) => row.pack.id === pack?.id && row.pack.version === pack.version,
    );
    const each = msPerPortrait(ours.slice(0, TIMED));
    return each && each * count;
  }

  /** Takes the words of a portrait into the field. */
  takeWords(words: string): void {
    const { prompt, style } = outOfStyle(words, this.status.pack?.styles ?? []);
    this.create.field.take(style === '' ? { prompt } : { prompt, style });
    focusSoon('[data-prompt]');
  }

  /** Puts the words of a preset into the field, and its settings where they belong, as one step. */
  takePreset({ prompt, without, settings }: Pick<Preset, 'prompt' | 'without' | 'settings'>): void {
    const { temperature, truncation, gap, variety, noiseSeed } = settings ?? {};
    // The style that is kept stays.
    const drawn = inStyle(prompt, this.create.field.style);
    const recipe = { prompt: drawn, without, temperature, truncation, gap, variety, noiseSeed };
    const given = Object.entries(recipe).filter(([, value]) => value !== undefined);
    this.recall.restore(Object.fromEntries(given));
    focusSoon('[data-prompt]');
  }

  /** Whether there is a field for what is to be left out. */
  get isLeavingOut(): boolean {
    return this.#isLeavingOut || this.create.field.without !== '';
  }

  /** Asks what is to be left out; an empty field goes again. */
  leaveOut(): void {
    this.#isLeavingOut = !this.isLeavingOut || this.create.field.without !== '';
    focusSoon(this.#isLeavingOut ? '[data-without]' : '[data-prompt]');
  }

  /** Draws around a portrait, which comes onto the easel. */
  async moreLikeThis(id: string): Promise<void> {
    this.view.go('create');
    this.create.easel.choose(id);
    await this.create.moreLikeThis();
  }

  /** Copies the picture of what is chosen, as it is seen. */
  async copyPicture(): Promise<void> {
    const seen = this.asSeen.of(this.chosen.rows);
    await this.clipboard.copyPicture(seen.then(([id = '']) => id));
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
    await Promise.all(ids.map((id) => this.create.carryOver(id)));
  }

  /** Asks for new words for a person; the empty field waits for them. */
  samePerson(id: string): void {
    this.view.go('create');
    this.create.field.begin({ kind: 'reword', of: id });
    focusSoon('[data-prompt]');
  }

  // Where a portrait came from

  /** Shows a portrait where the artist is: on the easel, or chosen in the library. */
  async show(id: string): Promise<void> {
    await this.library.fetch([id]);
    if (this.view.place === 'library') this.library.selection.select(id);
    else this.create.easel.choose(id);
  }

  async openOnEasel({ id }: Pick<Generation, 'id'>): Promise<void> {
    const [portrait] = await this.library.fetch([id]);
    if (portrait?.trashedAt !== null) return;
    this.view.go('create');
    this.create.easel.choose(id);
  }

  async replay(id: string, change: Change = {}): Promise<void> {
    this.view.go('create');
    await this.create.replay(id, change);
  }

  /** Does to the portrait on the easel what was done to another one. */
  async applyEdits(id: string): Promise<void> {
    const of = await this.attempt(() => this.asSeen.easel());
    if (of !== null) await this.replay(id, { of });
  }

  async keepBetween(): Promise<void> {
    await this.#keep(this.between.keeping, strings.between.kept);
  }

  async keepMoment(): Promise<void> {
    await this.#keep(this.playhead.keeping, strings.timeline.kept);
  }

  /** Keeps the edited portrait, which takes the place of the one it was made from. */
  async keepEdits(): Promise<void> {
    await this.attempt(() => this.asSeen.keep());
  }

  async #keep(keeping: Keeping, told: string): Promise<void> {
    const generation = await this.attempt(() => keeping.keep());
    if (!generation) return;
    this.library.take(generation);
    this.toasts.show(told);
  }

  // The grid

  /** What an axis of the grid can vary. */
  axisChoices(): AxisChoice[] {
    const { begin, values } = this.gridTable;
    return axisChoices({
      pack: this.status.pack,
      sliders: this.edits.sliders.all,
      seed: values.cell.seed ?? this.settings.seed,
      words: begin.kind === 'prompt' ? begin.prompt : '',
      walk: this.between.request,
      isOfPortrait: begin.kind === 'portrait',
    });
  }

  /** Takes what Create would draw next to the grid: its words, its settings, and seeds beginning with its own. */
  tryAsGrid(): void {
    const { field } = this.create;
    const { settings, gridTable } = this;
    const prompt = field.isEmpty ? (this.create.easel.current?.prompt ?? '') : field.prompt;
    gridTable.setBegin({ kind: 'prompt', prompt });
    gridTable.setSettings({ ...settings.overrides, ...field.wording });
    gridTable.setSeed(settings.seed);
    gridTable.set({ rows: { kind: 'seeds', first: settings.seed, steps: 4 } });
    this.view.go('grid');
    focusSoon('[role=gridcell]');
  }

  /** Keeps cells of the grid as portraits of the library, in the queue; by default those that are chosen. */
  async keepCells(cells: CellPlace[] = this.gridTable.meant): Promise<void> {
    const { grid } = this.gridTable;
    if (!grid) return;
    await this.#askIfMany(cells.length, () => this.#keepCells({ grid, cells }));
  }

  async #keepCells(request: KeepCellsRequest): Promise<void> {
    await this.attempt(async () => {
      const { ids } = await this.create.keepCells(request);
      if (ids.length === 0) return;
      this.gridTable.clear();
      const select = { label: strings.bringIn.show, run: () => void this.selectInLibrary(ids) };
      this.toasts.show(
        strings.grid.kept(ids.filter((id, place) => ids.indexOf(id) === place).length),
        select,
      );
    });
  }

  /** Draws a film in the background, and says when it is there or why it is not. */
  async renderFilm(request: RenderRequest): Promise<void> {
    const done = await this.renders.start(request);
    if (done) this.tellExported(this.renders.handed);
    else if (this.renders.error) this.toasts.fail(this.renders.error);
  }

  /** Tells what an export became, how it is reached, and what is to be known of it. */
  tellExported(
    handed: Handed | null,
    { missed, enlarged }: Partial<Pick<Exports, 'missed' | 'enlarged'>> = {},
  ): void {
    if (!handed) return;
    const action =
      handed.count > 0
        ? {
            label: strings.export.reach[handed.where],
            run: () => void this.attempt(() => handed.reach()),
          }
        : undefined;
    const [first] = missed ?? [];
    if (first && missed) {
      this.toasts.warn(strings.export.missed(missed.length, first.error.message), action);
    } else {
      const said = [strings.export.done(handed), enlarged?.text];
      this.toasts.show(said.filter((part) => part !== undefined).join(' '), action);
    }
  }

  /** The board that the library shows. */
  get boardShown(): BoardListing | null {
    const { board } = this.search;
    return (board !== null && this.catalog.board(board)) || null;
  }

  /** Exports all that the library shows, under the name of the board that it is. */
  exportAll(): void {
    this.chosen.openExportAll(this.boardShown?.name);
  }

  /** Takes what is selected off the board that is shown. */
  async takeOffBoard(): Promise<void> {
    const { boardShown } = this;
    if (!boardShown) return;
    await this.attempt(() => this.arranging.removeFromBoard(this.chosen.rows, boardShown));
  }

  /** Moves what is selected one place along the board that is shown, as the eye sees it. */
  async moveOnBoard(by: -1 | 1): Promise<void> {
    const { board, reverse } = this.search;
    const { rows: ids } = this.chosen;
    if (board === null) return;
    const all = await this.attempt(() => this.library.idsIn(0, this.library.total));
    if (!all) return;
    const shown = reverse ? all.toReversed() : all;
    const others = shown.filter((id) => !ids.includes(id));
    const first = shown.indexOf((reverse ? ids.at(-1) : ids[0]) ?? '');
    const place = shown.slice(0, first).filter((id) => !ids.includes(id)).length;
    const to = place + (reverse ? -by : by);
    if (to < 0 || to > others.length) return;
    const moving = shown.filter((id) => ids.includes(id));
    await this.attempt(() => this.arranging.arrangeBoard(moving, board, others[to] ?? null));
  }

  /** Lets a portrait stand for the board that is shown. */
  async makeCover(cover: string): Promise<void> {
    const { boardShown } = this;
    if (!boardShown) return;
    await this.attempt(() => this.arranging.moveBoard({ id: boardShown.id, cover }, boardShown));
  }

  /** Looks for what is like a portrait, in the library. */
  searchLike(id: string): void {
    this.search.setLike({ kind: 'portrait', id });
  }

  /** Looks for what is like a picture of the artist's, which is asked for where there is none. */
  async searchWithPicture(file?: File): Promise<void> {
    const reference = await this.pictures.take(file);
    if (reference) this.search.setLike({ kind: 'picture', reference: reference.id });
  }

  /** Takes in a picture of the artist's, asking for it where there is none, and starts the next portraits from it. */
  async startFromPicture(file?: File): Promise<void> {
    const reference = await this.pictures.take(file);
    if (!reference) return;
    this.view.go('create');
    this.create.field.setBase({ kind: 'image', reference: reference.id });
    const { recipe: making } = reference;
    if (!making) return;
    this.toasts.show(strings.create.pictureRestored, {
      label: strings.inspector.restore,
      run: () => this.view.open({ kind: 'restore', making }),
    });
  }

  /** Starts from a picture, which waits for words; from each of several portraits are drawn, one run after the other. */
  async startFromPictures(files: readonly File[]): Promise<void> {
    const pictures = files.filter(
      ({ name, type }) => type.startsWith('image/') || isPicturePath(name),
    );
    if (pictures.length < 2) return this.startFromPicture(pictures[0] ?? files[0]);
    const { create, toasts } = this;
    if (!create.field.isReadable) return toasts.warn(strings.create.wordsFirst);
    if (pictures.length > MAX_PICTURES) {
      const bringIn = () => this.offerPictures(chosenPictures(pictures));
      return toasts.show(strings.create.tooManyPictures(MAX_PICTURES), {
        label: strings.bringIn.open,
        run: bringIn,
      });
    }
    await this.#askIfMany(pictures.length * create.wanted, () => this.#drawFromEach(pictures));
  }

  async #drawFromEach(pictures: readonly File[]): Promise<void> {
    const { create, toasts } = this;
    this.view.go('create');
    toasts.show(strings.create.drawsFromEach(pictures.length), {
      label: strings.queue.cancelAll,
      run: () => create.queue.cancelAll(),
    });
    for (const file of pictures) {
      const reference = await this.pictures.take(file);
      if (reference) void create.drawFrom(reference.id);
    }
  }

  /** Offers pictures to the library, in the dialog that asks where they are to lie. */
  offerPictures(files: readonly PictureFile[]): void {
    if (files.length === 0) return this.toasts.show(strings.bringIn.nothing);
    if (this.bringingIn.run) this.toasts.show(strings.bringIn.busy);
    this.bringingIn.offer(files);
    this.view.open({ kind: 'bring-in' });
  }

  /** Brings in what was offered. Who has closed the dialog meanwhile is told when it is done. */
  async bringIn(): Promise<void> {
    await this.bringingIn.start();
    const { result, error } = this.bringingIn;
    if (this.view.overlay?.kind === 'bring-in' || !result) return;
    if (error) return this.toasts.fail(error);
    const { ids } = result;
    const select = { label: strings.bringIn.show, run: () => void this.selectInLibrary(ids) };
    this.toasts.show(strings.bringIn.toast(ids.length), ids.length > 0 ? select : undefined);
  }

  /** Does something for the whole library. Who has closed the dialog meanwhile is told when it is done. */
  async lookAfter(work: (upkeep: Upkeep) => Promise<void>): Promise<void> {
    await work(this.upkeep);
    const { result, error } = this.upkeep;
    if (this.view.overlay?.kind === 'upkeep' || !result) return;
    if (error) return this.toasts.fail(error);
    if (result.kind === 'broken-off') return;
    const { verify, ...done } = strings.upkeep.done;
    const told =
      result.kind === 'verify' ? verify(result.problems.length === 0) : done[result.kind];
    this.toasts.show(told, {
      label: strings.upkeep.show,
      run: () => this.view.open({ kind: 'upkeep' }),
    });
  }

  /** Joins a control of a MIDI controller to something here: the hands show both. */
  async learnControl(): Promise<void> {
    const { midi, targets } = this.live;
    await midi.learn((address) => {
      const target = targets.find(address);
      if (target) this.toasts.show(strings.live.midi.learnt(target.title));
    });
    if (midi.learning) this.view.close();
  }

  /** Shows what is looked at in a page of its own. */
  async openOutput(): Promise<void> {
    const isOpen = await this.attempt(() => this.host.openOutput());
    if (isOpen === false) this.toasts.show(strings.live.output.blocked);
  }

  async selectInLibrary(ids: readonly string[]): Promise<void> {
    this.view.go('library');
    if (this.view.atlas) this.view.toggleAtlas();
    this.search.reset();
    await this.library.show(ALL);
    // The last that came is the first that is shown.
    this.library.selection.put(ids.toReversed(), ids.at(-1));
  }

  /** What was dropped on a window or pasted into it: a model, which all is among the models, or a picture. */
  async takeFiles(brought: ModelFiles | null): Promise<void> {
    const [first] = brought?.files ?? [];
    if (!brought || !first) return this.toasts.show(strings.create.notAFile);
    if (this.view.place !== 'models' && !isModel(brought))
      return this.startFromPictures(brought.files.map(({ file }) => file));
    this.view.go('models');
    await this.models.add(brought);
  }

  /** Whether the model in use has words for surprises. */
  get canSurprise(): boolean {
    const prompts = this.status.pack?.prompts;
    return prompts !== undefined && surprise(prompts) !== null;
  }

  async surprise(): Promise<void> {
    const words = this.status.pack && surprise(this.status.pack.prompts);
    if (!words) return;
    this.create.surprise(words);
    await this.generate();
  }

  /** Draws what is set in the dialog of breeding. */
  async breed(): Promise<void> {
    const origin = this.breeding.origin(this.settings.locks);
    this.view.go('create');
    await this.create.breed(origin);
  }

  /** What was moved to the trash in another window leaves the easel of this one too; what was deleted leaves all. */
  async #followLibrary(event: StudioEvent): Promise<void> {
    const { library, between, timeline } = this;
    const { easel } = this.create;
    const there = easel.ids.filter((id) => library.portrait(id)?.trashedAt === null);
    await library.takeNews(event, [...there, ...between.portraits, ...timeline.portraits]);
    if (event.kind !== 'library') return;
    this.#followDeletion(event.removed);
    const left = there.filter((id) => library.portrait(id)?.trashedAt !== null);
    if (left.length > 0) easel.forget(left);
  }

  /** A path whose portrait is gone for good has an empty place there. */
  #followDeletion(ids: readonly string[]): void {
    for (const path of [this.between, this.timeline]) {
      if (!path.portraits.some((id) => ids.includes(id))) continue;
      path.letGo(ids);
      this.toasts.show(strings.slot.emptied);
    }
  }

  #takeNews(event: StudioEvent): void {
    if (event.kind === 'inference-restarted') this.toasts.show(strings.shell.restarted);
    const onFailure = (error: unknown) => {
      if (toStudioError(error).code !== 'disconnected') this.toasts.fail(error);
    };
    this.#followLibrary(event).catch(onFailure);
    this.catalog.takeNews(event, onFailure);
    this.atlas.takeNews(event);
    this.gridTable.takeNews(event, onFailure);
  }
}
