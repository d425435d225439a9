import { z } from 'zod';
import type { PortraitSelection } from '../../electron/contract/delivery.ts';
import {
  DENSITIES,
  type Density,
  type Place,
  PLACES,
  type SettingsPart,
  type Theme,
  THEMES,
} from './places.ts';
import type { Making } from './restore.ts';
import { SavedValues } from './saved-values.svelte.ts';

/** Portraits that are to be exported: how many, the first of them, and what they are called together. */
export interface Exported {
  readonly portraits: PortraitSelection;
  readonly count: number;
  readonly head: readonly string[];
  readonly name?: string | undefined;
}

/** What lies over the place, one at a time. */
export type Overlay =
  | { kind: 'palette' }
  | { kind: 'keys' }
  | { kind: 'about' }
  | { kind: 'settings'; part?: SettingsPart }
  | { kind: 'compare'; ids: readonly string[] }
  | { kind: 'loupe' }
  | { kind: 'export'; what: Exported }
  | { kind: 'export-strip' }
  | { kind: 'export-timeline' }
  | { kind: 'export-grid' }
  | { kind: 'tree'; id: string }
  | { kind: 'breed' }
  | { kind: 'tags'; ids: readonly string[] }
  | { kind: 'boards'; ids: readonly string[] }
  | { kind: 'bring-in' }
  | { kind: 'upkeep' }
  | { kind: 'live' }
  | { kind: 'purge'; ids: readonly string[] }
  | { kind: 'many'; count: number; draw: () => void }
  | { kind: 'restore'; making: Making };

export const MIN_FILMSTRIP = 104;
export const MAX_FILMSTRIP = 260;
/** Width of a portrait in the library, in px. */
export const MIN_CELL = 72;
export const MAX_CELL = 512;
/** Windows wider than this start with larger portraits. */
const HUGE = 2_200;
/** Windows taller than this start with a taller filmstrip. */
const TALL = 1_200;
/** Windows at least this wide start with boards and tags beside the library. */
const WIDE = 1_100;

const layoutSchema = z.object({
  place: z.enum(PLACES),
  theme: z.enum(THEMES),
  density: z.enum(DENSITIES).default('roomy'),
  inspector: z.boolean(),
  filmstrip: z.boolean(),
  panel: z.boolean().default(true),
  /** Sections of the inspector that are folded. */
  folded: z.array(z.string()).default([]),
  atlas: z.boolean().default(false),
  filmstripHeight: z.number().min(MIN_FILMSTRIP).max(MAX_FILMSTRIP),
  cell: z
    .number()
    .min(MIN_CELL)
    .max(MAX_CELL)
    .default(() => firstCell()),
});

const firstCell = (): number => (window.innerWidth > HUGE ? 200 : 152);

type Layout = z.infer<typeof layoutSchema>;

/** Where the artist is and how the window is laid out. Remembered from one day to the next. */
export class View {
  readonly #saved = new SavedValues<Layout>('view', layoutSchema, () => ({
    place: 'create',
    theme: 'system',
    density: 'roomy',
    inspector: true,
    filmstrip: true,
    panel: window.innerWidth >= WIDE,
    folded: [],
    atlas: false,
    filmstripHeight: window.innerHeight > TALL ? 168 : 124,
    cell: firstCell(),
  }));
  #overlay = $state.raw<Overlay | null>(null);
  #isShapingNext = $state(false);
  #isQueueOpen = $state(false);
  #isAlone = $state(false);
  #isShelfOpen = $state(false);
  #isOfferOpen = $state(false);

  get place(): Place {
    return this.#saved.now.place;
  }

  get theme(): Theme {
    return this.#saved.now.theme;
  }

  /** How close things stand. */
  get density(): Density {
    return this.#saved.now.density;
  }

  get inspector(): boolean {
    return this.#saved.now.inspector;
  }

  /** Whether what shapes and describes a portrait stands beside it. */
  get showsInspector(): boolean {
    return !this.isAlone && this.inspector && this.place !== 'models';
  }

  get filmstrip(): boolean {
    return this.#saved.now.filmstrip;
  }

  /** Whether what was made stands along the bottom. */
  get showsHistory(): boolean {
    return !this.isAlone && this.filmstrip && this.place !== 'library' && this.place !== 'models';
  }

  /** Whether boards and tags stand beside the library. */
  get panel(): boolean {
    return this.#saved.now.panel;
  }

  isFolded(section: string): boolean {
    return this.#saved.now.folded.includes(section);
  }

  /** Whether the library is laid out by meaning, and not in rows. */
  get atlas(): boolean {
    return this.#saved.now.atlas;
  }

  get filmstripHeight(): number {
    return this.#saved.now.filmstripHeight;
  }

  /** How wide portraits are in the library, at the least. */
  get cell(): number {
    return this.#saved.now.cell;
  }

  get overlay(): Overlay | null {
    return this.#overlay;
  }

  /** Whether what shapes the next portraits is open beside their words. */
  get isShapingNext(): boolean {
    return this.#isShapingNext;
  }

  /** Whether the list of what is drawn is open. */
  get isQueueOpen(): boolean {
    return this.#isQueueOpen;
  }

  /** Whether the portrait on the easel has the window to itself. */
  get isAlone(): boolean {
    return this.#isAlone && this.place === 'create';
  }

  showAlone(alone: boolean): void {
    this.#isAlone = alone;
  }

  /** Whether the prompts that were saved and used last are shown. */
  get isShelfOpen(): boolean {
    return this.#isShelfOpen;
  }

  showShelf(open: boolean): void {
    this.#isShelfOpen = open;
  }

  /** Whether what the pack can draw is shown. */
  get isOfferOpen(): boolean {
    return this.#isOfferOpen;
  }

  showOffer(open: boolean): void {
    this.#isOfferOpen = open;
  }

  showQueue(open: boolean): void {
    this.#isQueueOpen = open;
  }

  go(place: Place): void {
    this.#overlay = null;
    this.#isShapingNext = false;
    this.#isAlone = false;
    this.#isShelfOpen = false;
    this.#isOfferOpen = false;
    this.#saved.put({ place });
  }

  setTheme(theme: Theme): void {
    this.#saved.put({ theme });
  }

  setDensity(density: Density): void {
    this.#saved.put({ density });
  }

  shapeNext(open: boolean): void {
    this.#isShapingNext = open;
  }

  /** A bar that is out of sight because the portrait stands alone comes back with the others. */
  toggleInspector(): void {
    if (this.isAlone) return this.showAlone(false);
    this.#saved.put({ inspector: !this.inspector });
  }

  toggleFilmstrip(): void {
    if (this.isAlone) return this.showAlone(false);
    this.#saved.put({ filmstrip: !this.filmstrip });
  }

  togglePanel(): void {
    this.#saved.put({ panel: !this.panel });
  }

  toggleFold(section: string): void {
    const { folded } = this.#saved.now;
    this.#saved.put({
      folded: this.isFolded(section)
        ? folded.filter((other) => other !== section)
        : [...folded, section],
    });
  }

  toggleAtlas(): void {
    this.#saved.put({ atlas: !this.atlas });
  }

  resizeFilmstrip(height: number): void {
    this.#saved.put({ filmstripHeight: Math.min(MAX_FILMSTRIP, Math.max(MIN_FILMSTRIP, height)) });
  }

  resizeCells(width: number): void {
    this.#saved.put({ cell: Math.round(Math.min(MAX_CELL, Math.max(MIN_CELL, width))) });
  }

  open(overlay: Overlay): void {
    this.#overlay = overlay;
  }

  close(): void {
    this.#overlay = null;
  }
}
