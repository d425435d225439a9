import { LABELS, MAX_RATING } from '../../electron/contract/arrange.ts';
import { CHANGEABLE } from '../../electron/contract/lineage.ts';
import type { Act } from '../state/chosen.ts';
import { focusSoon, selectSoon } from '../state/focus.ts';
import { PLACES, THEMES } from '../state/places.ts';
import { isTrash } from '../state/source.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { strings } from '../strings.ts';
import { MIN_KEYS } from '../timeline/keys.ts';
import { KEYS } from './key-table.ts';

export type CommandGroup = keyof typeof strings.keys.groups;

/** One thing an artist can do, found by its key, in the palette, or on a button. */
export interface Command {
  id: string;
  group: CommandGroup;
  title: string;
  /** Other words that it is found by. */
  synonyms?: string;
  /** The name of its key in the table, or a key that stays; without it the key is named as the command. */
  keys?: string;
  /** Works while something is being typed, too. */
  whileTyping?: boolean;
  /** The part of the window that has the keyboard listens for its key itself. */
  local?: true;
  /** Whether its key means it where the keyboard is; where this is left out, everywhere. */
  isMeant?(target: EventTarget | null): boolean;
  isPossible(): boolean;
  /** What it is called where it takes so many portraits away. */
  counted?(n: number): string;
  run(): unknown;
}

/** A command that does something with portraits: it is given them as they are seen. */
interface PortraitCommand extends Omit<Command, 'run'> {
  run: Act;
}

/** A command about one portrait, which is on the easel or chosen in a list. */
interface OnePortraitCommand extends Omit<Command, 'run'> {
  run(id: string): unknown;
}

/** What a command's key is known by. */
export const keyNameOf = ({ id, keys = id }: Command): string => keys;

const always = (): boolean => true;

const isInHistory = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[data-history]') !== null;

const aboutPortraits = ({ chosen }: Studio, command: PortraitCommand): Command => ({
  ...command,
  run: () => chosen.act(command.run),
});

const aboutOne = ({ chosen }: Studio, command: OnePortraitCommand): Command => ({
  ...command,
  run: () => chosen.act(([id]) => id !== undefined && command.run(id), [chosen.one ?? []].flat()),
});

/** What a command is called, with how many portraits it would take away. */
export const titleOf = ({ title, counted }: Command, count: number): string =>
  counted && count > 1 ? counted(count) : title;

export function createCommands(studio: Studio): Command[] {
  return [
    // Before those that go elsewhere: digits rate what is selected in the library.
    ...arrangeCommands(studio),
    ...goCommands(studio),
    ...makeCommands(studio),
    ...editCommands(studio),
    ...easelCommands(studio),
    ...portraitCommands(studio),
    ...lineageCommands(studio),
    ...betweenCommands(studio),
    ...timelineCommands(studio),
    ...gridCommands(studio),
    ...windowCommands(studio),
  ];
}

function goCommands(studio: Studio): Command[] {
  const { view } = studio;
  const places = PLACES.map((place): Command => ({
    id: `go-${place}`,
    group: 'go',
    title: strings.places[place],
    ...(place === 'library' && { synonyms: strings.palette.synonyms.library }),
    ...(place === 'models' && { synonyms: strings.palette.synonyms.models }),
    keys: KEYS[place],
    isPossible: always,
    run: () => {
      view.go(place);
      // With a portrait there the next key is a command again; the field has a key of its own.
      if (place === 'create' && studio.create.easel.current) focusSoon('[data-easel]');
    },
  }));
  return [
    ...places,
    {
      id: 'search-here',
      group: 'go',
      title: strings.search.field,
      keys: KEYS.searchHere,
      isPossible: () => view.place === 'library',
      run: () => focusSoon('[data-search]'),
    },
    {
      id: 'prompt',
      group: 'go',
      title: strings.keys.prompt,
      keys: KEYS.prompt,
      isPossible: always,
      run: () => {
        view.go('create');
        selectSoon('[data-prompt]');
      },
    },
    {
      id: 'search',
      group: 'go',
      title: strings.gallery.search,
      keys: KEYS.search,
      whileTyping: true,
      isPossible: always,
      run: () => {
        if (view.place === 'models') view.go('library');
        else if (view.place !== 'library' && !view.showsHistory) view.toggleFilmstrip();
        focusSoon('[data-search]');
      },
    },
    {
      id: 'bring-in',
      group: 'go',
      title: strings.bringIn.title,
      isPossible: always,
      run: () => view.open({ kind: 'bring-in' }),
    },
    {
      id: 'live',
      group: 'go',
      title: strings.live.command,
      keys: KEYS.live,
      isPossible: always,
      run: () => view.open({ kind: 'live' }),
    },
    {
      id: 'open-output',
      group: 'go',
      title: strings.live.output.open,
      isPossible: always,
      run: () => studio.openOutput(),
    },
    {
      id: 'look-after',
      group: 'go',
      title: strings.upkeep.title,
      isPossible: always,
      run: () => view.open({ kind: 'upkeep' }),
    },
  ];
}

function makeCommands(studio: Studio): Command[] {
  const { create, settings, view } = studio;
  const hasSubject = (): boolean => studio.chosen.one !== null;
  return [
    {
      id: 'generate',
      group: 'make',
      title: strings.create.generate,
      keys: KEYS.generate,
      whileTyping: true,
      isPossible: () => create.canDraw && studio.view.place === 'create',
      run: () => studio.generate(),
    },
    {
      id: 'cancel',
      group: 'make',
      title: strings.keys.cancelRun,
      keys: KEYS.cancel,
      isPossible: () => create.run !== null,
      run: () => studio.stopDrawing(),
    },
    {
      id: 'queue',
      group: 'make',
      title: strings.queue.title,
      keys: KEYS.queue,
      isPossible: () => create.queue.runs.length > 0,
      run: () => studio.view.showQueue(true),
    },
    {
      id: 'prompt-shelf',
      group: 'make',
      title: strings.prompts.title,
      keys: KEYS.shelf,
      isPossible: always,
      run: () => {
        studio.view.go('create');
        studio.view.showShelf(true);
      },
    },
    {
      id: 'offer',
      group: 'make',
      title: strings.prompts.offer,
      keys: KEYS.offer,
      isPossible: always,
      run: () => {
        studio.view.go('create');
        studio.view.showOffer(true);
      },
    },
    {
      id: 'leave-out',
      group: 'make',
      title: strings.prompts.leaveOut,
      isPossible: always,
      run: () => {
        studio.view.go('create');
        studio.leaveOut();
      },
    },
    {
      id: 'cancel-all',
      group: 'make',
      title: strings.queue.cancelAll,
      isPossible: () => create.queue.runs.length > 0,
      run: () => create.queue.cancelAll(),
    },
    aboutOne(studio, {
      id: 'more-like-this',
      group: 'make',
      title: strings.actions.moreLikeThis,
      keys: KEYS.moreLikeThis,
      isPossible: hasSubject,
      run: (id) => studio.moreLikeThis(id),
    }),
    aboutOne(studio, {
      id: 'same-person',
      group: 'make',
      title: strings.actions.samePerson,
      keys: KEYS.samePerson,
      isPossible: hasSubject,
      run: (id) => studio.samePerson(id),
    }),
    {
      id: 'surprise',
      group: 'make',
      title: strings.actions.surprise,
      keys: KEYS.surprise,
      isPossible: () => studio.canSurprise,
      run: () => {
        studio.view.go('create');
        return studio.surprise();
      },
    },
    {
      id: 'open-picture',
      group: 'make',
      title: strings.create.addPicture,
      keys: KEYS.openPicture,
      whileTyping: true,
      isPossible: always,
      run: () => studio.startFromPicture(),
    },
    {
      id: 'roll',
      group: 'make',
      title: strings.inspector.roll,
      keys: KEYS.roll,
      isPossible: always,
      run: () => {
        if (studio.view.place === 'between') studio.between.rollSeed();
        else if (studio.view.place === 'timeline') studio.timeline.rollSeed();
        else if (studio.view.place === 'grid') studio.gridTable.rollSeed();
        else settings.roll();
      },
    },
    {
      id: 'shape-next',
      group: 'make',
      title: strings.inspector.shapeCommand,
      keys: KEYS.next,
      isPossible: always,
      run: () => {
        const isOpen = view.isShapingNext;
        view.go('create');
        view.shapeNext(!isOpen);
      },
    },
    {
      id: 'lock',
      group: 'make',
      title: strings.inspector.lock,
      keys: KEYS.lock,
      isPossible: always,
      run: () => settings.set({ seedLocked: !settings.seedLocked }),
    },
  ];
}

function editCommands(studio: Studio): Command[] {
  const { edits, create, view } = studio;
  const isHere = (): boolean => view.place === 'create' && create.easel.current !== null;
  const focusInspector = (selector: string): void => {
    if (!view.showsInspector) view.toggleInspector();
    focusSoon(selector);
  };
  return [
    {
      id: 'keep-edits',
      group: 'make',
      title: strings.edits.keepCommand,
      keys: KEYS.keep,
      isPossible: () => isHere() && edits.isEdited,
      run: () => studio.keepEdits(),
    },
    {
      id: 'reset-edits',
      group: 'make',
      title: strings.edits.resetCommand,
      isPossible: () => isHere() && edits.isEdited,
      run: () => edits.reset(),
    },
    {
      id: 'phrase',
      group: 'make',
      title: strings.edits.newPhraseCommand,
      keys: KEYS.phrase,
      isPossible: isHere,
      run: () => focusInspector('[data-phrase]'),
    },
    {
      id: 'own-directions',
      group: 'make',
      title: strings.edits.showOwn,
      isPossible: () => isHere() && !edits.sliders.isOwnShown,
      run: () => edits.toggleOwn(),
    },
    {
      id: 'best-first',
      group: 'make',
      title: strings.create.bestFirstCommand,
      isPossible: () => isHere() && create.easel.canSort,
      run: () => create.easel.sortByScore(),
    },
  ];
}

function easelCommands({ view, create, look }: Studio): Command[] {
  const isHere = (): boolean => view.place === 'create' && create.easel.current !== null;
  const step = (sign: 1 | -1) => look.frame && look.zoom.step(sign, look.frame);
  return [
    {
      id: 'zoom',
      group: 'easel',
      title: strings.easel.zoom,
      synonyms: strings.palette.synonyms.zoom,
      keys: KEYS.zoom,
      isPossible: isHere,
      run: () => look.frame && look.zoom.toggle(look.frame),
    },
    {
      id: 'closer',
      group: 'easel',
      title: strings.loupe.closer,
      synonyms: strings.palette.synonyms.closer,
      keys: KEYS.closer,
      isPossible: isHere,
      run: () => step(1),
    },
    {
      id: 'further',
      group: 'easel',
      title: strings.loupe.further,
      synonyms: strings.palette.synonyms.further,
      keys: KEYS.further,
      isPossible: isHere,
      run: () => step(-1),
    },
    {
      id: 'fit',
      group: 'easel',
      title: strings.easel.fit,
      synonyms: strings.palette.synonyms.fit,
      isPossible: () => isHere() && !look.zoom.isFitted,
      run: () => look.zoom.fit(),
    },
    {
      id: 'before',
      group: 'easel',
      title: strings.easel.before,
      keys: KEYS.before,
      isPossible: () => isHere() && look.before !== null,
      run: () => look.hold(),
    },
    {
      id: 'alone',
      group: 'easel',
      title: strings.easel.alone,
      keys: KEYS.alone,
      isPossible: isHere,
      run: () => {
        view.showAlone(!view.isAlone);
        focusSoon('[data-easel]');
      },
    },
  ];
}

function arrangeCommands(studio: Studio): Command[] {
  const { library, view, arranging } = studio;
  const hasTargets = (): boolean => studio.chosen.count > 0 && !studio.chosen.areTrashed;
  const isSelected = (): boolean =>
    view.place === 'library' && library.selection.size > 0 && !studio.chosen.areTrashed;
  const ratings = Array.from({ length: MAX_RATING + 1 }, (_, rating) =>
    aboutPortraits(studio, {
      id: `rate-${rating}`,
      group: 'arrange',
      title: strings.arrange.rate(rating),
      isMeant: isSelected,
      isPossible: hasTargets,
      run: (ids) => arranging.rate(ids, rating),
    }),
  );
  const labels = LABELS.map((label) =>
    aboutPortraits(studio, {
      id: `label-${label}`,
      group: 'arrange',
      title: strings.arrange.labelAs(label),
      isMeant: isSelected,
      isPossible: hasTargets,
      run: (ids) => arranging.toggleLabel(ids, label),
    }),
  );
  return [
    ...ratings,
    ...labels,
    aboutPortraits(studio, {
      id: 'tags',
      group: 'arrange',
      title: strings.arrange.editTags,
      keys: KEYS.tags,
      isPossible: hasTargets,
      run: (ids) => view.open({ kind: 'tags', ids }),
    }),
    aboutPortraits(studio, {
      id: 'boards',
      group: 'arrange',
      title: strings.arrange.putOnBoard,
      keys: KEYS.boards,
      isPossible: hasTargets,
      run: (ids) => view.open({ kind: 'boards', ids }),
    }),
    {
      id: 'take-off-board',
      group: 'arrange',
      title: strings.arrange.takeOffHere,
      isPossible: () => isSelected() && studio.boardShown !== null,
      run: () => studio.takeOffBoard(),
    },
    {
      id: 'move-earlier',
      group: 'arrange',
      title: strings.arrange.moveEarlier,
      keys: KEYS.moveEarlier,
      isPossible: () => isSelected() && studio.search.sort === 'board',
      run: () => studio.moveOnBoard(-1),
    },
    {
      id: 'move-later',
      group: 'arrange',
      title: strings.arrange.moveLater,
      keys: KEYS.moveLater,
      isPossible: () => isSelected() && studio.search.sort === 'board',
      run: () => studio.moveOnBoard(1),
    },
    {
      id: 'make-cover',
      group: 'arrange',
      title: strings.arrange.makeCover,
      isPossible: () => isSelected() && studio.boardShown !== null,
      run: () => studio.makeCover(studio.chosen.rows[0] ?? ''),
    },
    {
      id: 'panel',
      group: 'window',
      title: strings.panel.title,
      isPossible: () => view.place === 'library',
      run: () => view.togglePanel(),
    },
    {
      id: 'clear-selection',
      group: 'arrange',
      title: strings.selection.clear,
      keys: KEYS.clearSelection,
      isPossible: () => studio.chosen.canClear,
      run: () => studio.chosen.clear(),
    },
  ];
}

function portraitCommands(studio: Studio): Command[] {
  const { library, view } = studio;
  const hasTargets = (): boolean => studio.chosen.count > 0;
  const one = (): string | undefined => studio.chosen.rows[0];
  return [
    aboutPortraits(studio, {
      id: 'star',
      group: 'portrait',
      title: strings.actions.star,
      keys: KEYS.star,
      isPossible: hasTargets,
      run: (ids) => studio.actions.toggleStar(ids),
    }),
    {
      id: 'compare',
      group: 'portrait',
      title: strings.actions.compare,
      keys: KEYS.compare,
      isPossible: hasTargets,
      run: () => studio.chosen.compare(),
    },
    {
      id: 'to-between',
      group: 'portrait',
      title: strings.actions.toBetween,
      keys: KEYS.toBetween,
      isPossible: hasTargets,
      run: () => studio.chosen.sendToBetween(),
    },
    {
      id: 'to-timeline',
      group: 'portrait',
      title: strings.actions.toTimeline,
      keys: KEYS.toTimeline,
      isPossible: hasTargets,
      run: () => studio.chosen.sendToTimeline(),
    },
    {
      id: 'carry-over',
      group: 'portrait',
      title: strings.actions.carryOver,
      isPossible: () => studio.chosen.rows.some((id) => studio.isForeign(id)),
      run: () => studio.carryOver(studio.chosen.rows.filter((id) => studio.isForeign(id))),
    },
    {
      id: 'restore',
      group: 'portrait',
      title: strings.actions.restore,
      keys: KEYS.restore,
      isPossible: hasTargets,
      run: () => {
        const making = library.portrait(one() ?? '');
        if (making) view.open({ kind: 'restore', making });
      },
    },
    aboutOne(studio, {
      id: 'similar',
      group: 'portrait',
      title: strings.actions.similar,
      keys: KEYS.similar,
      isPossible: () => studio.chosen.one !== null,
      run: (id) => studio.searchLike(id),
    }),
    {
      id: 'export',
      group: 'portrait',
      title: strings.actions.export,
      keys: KEYS.export,
      whileTyping: true,
      isPossible: () =>
        hasTargets() ||
        studio.between.isReady ||
        studio.timeline.isReady ||
        (view.place === 'grid' && studio.gridTable.grid !== null),
      run: () => studio.chosen.openExport(),
    },
    {
      id: 'export-all',
      group: 'portrait',
      title: strings.export.allShown,
      keys: KEYS.exportAll,
      isPossible: () => view.place === 'library' && library.total > 0,
      run: () => studio.exportAll(),
    },
    {
      id: 'copy-picture',
      group: 'portrait',
      title: strings.actions.copyPicture,
      keys: KEYS.copyPicture,
      isPossible: () => hasTargets() && getSelection()?.isCollapsed !== false,
      run: () => studio.copyPicture(),
    },
    aboutPortraits(studio, {
      id: 'show-in-folder',
      group: 'portrait',
      title: strings.actions.showInFolder,
      isPossible: () => hasTargets() && studio.host.showPortrait !== undefined,
      run: ([id]) => id !== undefined && studio.host.showPortrait?.(id),
    }),
    aboutPortraits(studio, {
      id: 'copy-path',
      group: 'portrait',
      title: strings.actions.copyPath,
      isPossible: hasTargets,
      run: ([id]) => id !== undefined && studio.clipboard.copyPath(id),
    }),
    {
      id: 'trash',
      group: 'portrait',
      title: strings.actions.trash,
      synonyms: strings.palette.synonyms.trash,
      keys: KEYS.trash,
      // In the timeline the key takes away key-frames, but for the history below it.
      isMeant: (target) => view.place !== 'timeline' || isInHistory(target),
      isPossible: () => hasTargets() && !studio.chosen.areTrashed,
      counted: strings.selection.trash,
      run: () => studio.trash(studio.chosen.rows),
    },
    {
      id: 'put-back',
      group: 'portrait',
      title: strings.actions.putBack,
      isPossible: () => hasTargets() && studio.chosen.areTrashed,
      counted: strings.selection.putBack,
      run: () => studio.attempt(() => studio.actions.restore(studio.chosen.rows)),
    },
    {
      id: 'purge',
      group: 'portrait',
      title: strings.actions.purge,
      synonyms: strings.palette.synonyms.purge,
      isPossible: () => hasTargets() && studio.chosen.areTrashed,
      counted: strings.selection.purge,
      run: () => view.open({ kind: 'purge', ids: studio.chosen.rows }),
    },
    {
      id: 'open',
      group: 'portrait',
      title: strings.actions.open,
      keys: 'Enter',
      local: true,
      isPossible: () =>
        view.place === 'library' && library.selection.cursor !== null && !isTrash(library.source),
      run: () => studio.openOnEasel({ id: library.selection.cursor ?? '' }),
    },
    {
      id: 'select-all',
      group: 'portrait',
      title: strings.actions.selectAll,
      keys: KEYS.selectAll,
      isPossible: () => view.place === 'library',
      run: () => library.selectAll(),
    },
  ];
}

function lineageCommands(studio: Studio): Command[] {
  const { library, create, view } = studio;
  const one = (): string | undefined => studio.chosen.rows[0];
  const hasTarget = (): boolean => one() !== undefined;
  return [
    {
      id: 'breed',
      group: 'portrait',
      title: strings.breed.command,
      keys: KEYS.breed,
      isPossible: hasTarget,
      run: () => studio.chosen.openBreeding(),
    },
    {
      id: 'tree',
      group: 'portrait',
      title: strings.lineage.treeCommand,
      keys: KEYS.tree,
      isPossible: hasTarget,
      run: () => view.open({ kind: 'tree', id: one() ?? '' }),
    },
    {
      id: 'replay',
      group: 'portrait',
      title: strings.lineage.replay,
      isPossible: hasTarget,
      run: () => studio.replay(one() ?? ''),
    },
    {
      id: 'apply-edits',
      group: 'portrait',
      title: strings.lineage.apply,
      isPossible: () => {
        const edited = library.portrait(one() ?? '');
        if (!edited || !create.easel.current || edited.id === create.easel.current.id) return false;
        return CHANGEABLE[edited.source.kind].includes('of');
      },
      run: () => studio.applyEdits(one() ?? ''),
    },
  ];
}

function betweenCommands(studio: Studio): Command[] {
  const { between, view } = studio;
  const isHere = (): boolean => view.place === 'between' && between.isReady;
  return [
    {
      id: 'play',
      group: 'between',
      title: strings.between.play,
      keys: KEYS.play,
      isPossible: isHere,
      run: () => between.togglePlay(),
    },
    {
      id: 'keep',
      group: 'between',
      title: strings.between.keep,
      keys: KEYS.keep,
      isPossible: isHere,
      run: () => studio.keepBetween(),
    },
    {
      id: 'swap',
      group: 'between',
      title: strings.between.swap,
      keys: KEYS.swap,
      isPossible: () => view.place === 'between',
      run: () => between.swap(),
    },
  ];
}

function timelineCommands(studio: Studio): Command[] {
  const { timeline, playhead, view } = studio;
  const isHere = (): boolean => view.place === 'timeline';
  const isReady = (): boolean => isHere() && timeline.isReady;
  return [
    {
      id: 'timeline-play',
      group: 'timeline',
      title: strings.timeline.play,
      keys: KEYS.play,
      isPossible: isReady,
      run: () => playhead.togglePlay(),
    },
    {
      id: 'timeline-keep',
      group: 'timeline',
      title: strings.timeline.keep,
      keys: KEYS.keep,
      isPossible: isReady,
      run: () => studio.keepMoment(),
    },
    {
      id: 'timeline-add',
      group: 'timeline',
      title: strings.timeline.add,
      keys: KEYS.addKey,
      isPossible: isHere,
      run: () => timeline.add(),
    },
    {
      id: 'timeline-remove',
      group: 'timeline',
      title: strings.timeline.remove,
      keys: KEYS.trash,
      isMeant: (target) => !isInHistory(target),
      isPossible: () => isHere() && timeline.keys.length > MIN_KEYS,
      run: () => timeline.selected && timeline.remove(timeline.selected.id),
    },
    {
      id: 'timeline-loop',
      group: 'timeline',
      title: strings.timeline.loop,
      keys: KEYS.loop,
      isPossible: isHere,
      run: () => timeline.set({ loop: !timeline.loop }),
    },
  ];
}

function gridCommands(studio: Studio): Command[] {
  const { gridTable, view } = studio;
  const isHere = (): boolean => view.place === 'grid' && gridTable.grid !== null;
  return [
    {
      id: 'try-as-grid',
      group: 'grid',
      title: strings.grid.tryThese,
      keys: KEYS.tryAsGrid,
      isPossible: () => view.place === 'create',
      run: () => studio.tryAsGrid(),
    },
    {
      id: 'grid-keep',
      group: 'grid',
      title: strings.grid.keepCommand,
      keys: KEYS.keep,
      isPossible: isHere,
      run: () => studio.keepCells(),
    },
    {
      id: 'grid-clear',
      group: 'grid',
      title: strings.grid.clear,
      isPossible: () => isHere() && gridTable.chosenCount > 0,
      run: () => gridTable.clear(),
    },
  ];
}

function windowCommands(studio: Studio): Command[] {
  const { view, undo } = studio;
  const themes = THEMES.map((theme): Command => ({
    id: `theme-${theme}`,
    group: 'window',
    title: `${strings.shell.appearance}: ${strings.shell.theme[theme]}`,
    isPossible: () => view.theme !== theme,
    run: () => view.setTheme(theme),
  }));
  return [
    {
      id: 'undo',
      group: 'window',
      title: strings.undo.undo,
      keys: KEYS.undo,
      isPossible: () => undo.undoLabel !== null,
      run: () => studio.undoLast(),
    },
    {
      id: 'redo',
      group: 'window',
      title: strings.undo.redo,
      keys: KEYS.redo,
      isPossible: () => undo.redoLabel !== null,
      run: () => studio.redoLast(),
    },
    {
      id: 'palette',
      group: 'window',
      title: strings.shell.commands,
      keys: KEYS.palette,
      whileTyping: true,
      isPossible: always,
      run: () => view.open({ kind: 'palette' }),
    },
    {
      id: 'keys',
      group: 'window',
      title: strings.keys.title,
      keys: KEYS.keys,
      isPossible: always,
      run: () => view.open({ kind: 'keys' }),
    },
    {
      id: 'settings',
      group: 'window',
      title: strings.settings.command,
      synonyms: strings.palette.synonyms.settings,
      keys: KEYS.settings,
      whileTyping: true,
      isPossible: always,
      run: () => view.open({ kind: 'settings' }),
    },
    {
      id: 'tour',
      group: 'window',
      title: strings.tour.command,
      isPossible: always,
      run: () => studio.tour.start(),
    },
    {
      id: 'about',
      group: 'window',
      title: strings.about.title,
      isPossible: always,
      run: () => view.open({ kind: 'about' }),
    },
    {
      id: 'inspector',
      group: 'window',
      title: strings.shell.inspector,
      keys: KEYS.inspector,
      isPossible: () => view.place !== 'library' && view.place !== 'models',
      run: () => view.toggleInspector(),
    },
    {
      id: 'filmstrip',
      group: 'window',
      title: strings.gallery.history,
      keys: KEYS.filmstrip,
      isPossible: () => view.place !== 'library',
      run: () => view.toggleFilmstrip(),
    },
    ...themes,
  ];
}
