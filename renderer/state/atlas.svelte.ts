import type {
  Atlas as AtlasSeen,
  AtlasNeighbour,
  AtlasPoint,
} from '../../electron/contract/atlas.ts';
import type { Origin } from '../../electron/contract/draw.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { type Camera, fit, levelOf, PORTRAIT, seen } from '../atlas/camera.ts';
import type { Size } from '../ui/zoom.ts';
import { LatestLoop } from './latest.ts';
import { LongWork } from './long-work.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Portraits that what lies at an empty place is drawn of. */
const PARENTS = 4;
/** How much what is drawn there differs from the mean of these. */
const SPREAD = 0.1;
/** News in a row are answered once. */
const NEWS_PAUSE_MS = 400;

/** How far laying out is. */
export interface LayingOut {
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

interface Look {
  readonly camera: Camera;
  readonly size: Size;
  readonly query: string;
}

const NOTHING: AtlasSeen = { placed: 0, unplaced: 0, cells: [], words: [] };

/** The library laid out by meaning: what is seen of it, and laying it out. */
export class Atlas extends LongWork<LayingOut> {
  #seen = $state.raw<AtlasSeen>(NOTHING);
  #loaded = $state(false);
  #camera = $state.raw<Camera>(fit({ width: 0, height: 0 }));
  #size: Size = { width: 0, height: 0 };
  #query = '';
  #news: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;
  readonly #loop: LatestLoop<Look, AtlasSeen>;
  readonly #isSeen: () => boolean;

  /** @param isSeen whether anyone looks at it: else it is read when somebody does (`show`) */
  constructor(service: StudioService, toasts: Toasts, isSeen: () => boolean) {
    super();
    this.#service = service;
    this.#isSeen = isSeen;
    this.#loop = new LatestLoop({
      render: ({ camera, size, query }) =>
        service.atlas({ ...seen(camera, size), level: levelOf(camera), query }),
      deliver: (atlas) => {
        this.#seen = atlas;
        this.#loaded = true;
      },
      fail: (error) => {
        this.#loaded = true;
        toasts.fail(error);
      },
    });
  }

  get seen(): AtlasSeen {
    return this.#seen;
  }

  /** False until it was looked at for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get camera(): Camera {
    return this.#camera;
  }

  /** Looks from somewhere else. */
  look(camera: Camera): void {
    this.#camera = camera;
    this.#read();
  }

  /** Another size of the window, or another question: all that it finds is shown then. */
  show(size: Size, query: string): void {
    const isNew = this.#size.width === 0 || query !== this.#query;
    this.#size = size;
    this.#query = query;
    if (isNew) this.#camera = fit(size);
    this.#read();
  }

  /** Reads again what is seen, where somebody sees it. */
  refresh(): void {
    clearTimeout(this.#news);
    if (this.#isSeen()) this.#read();
  }

  takeNews({ kind }: StudioEvent): void {
    if (kind !== 'library') return;
    clearTimeout(this.#news);
    this.#news = setTimeout(() => this.refresh(), NEWS_PAUSE_MS);
  }

  /** Gives a place to portraits without one, or to all anew. */
  async layOut(anew: boolean): Promise<void> {
    await this.perform(async (signal) => {
      const onEvent = advancesOf('lay-out', (progress) => this.report(progress));
      this.report({ done: 0, total: 0, remainingMs: null });
      await this.#service.layOutAtlas({ anew }, { signal, onEvent });
      if (anew) this.#camera = fit(this.#size);
    });
    this.#read();
  }

  /** The portraits inside of a closed line. */
  async inside(line: AtlasPoint[]): Promise<string[]> {
    return (await this.#service.atlasInside({ line, query: this.#query })).ids;
  }

  /** Where a portrait lies, and how many others its picture lies over; null where it has no place. */
  async findPlace(id: string): Promise<{ at: AtlasPoint; others: number } | null> {
    const [at] = await this.#service.atlasPlaces({ ids: [id] });
    if (!at) return null;
    const half = PORTRAIT / 2 / this.#camera.scale;
    const line = [
      { x: at.x - half, y: at.y - half },
      { x: at.x + half, y: at.y - half },
      { x: at.x + half, y: at.y + half },
      { x: at.x - half, y: at.y + half },
    ];
    const there = await this.inside(line);
    return { at: { x: at.x, y: at.y }, others: there.filter((other) => other !== id).length };
  }

  /** What would have to be drawn for a portrait that lies there; null where there are too few around. */
  async originAt(at: AtlasPoint): Promise<Origin | null> {
    const near = await this.#service.atlasNearest({ at, limit: PARENTS });
    return near.length < 2 ? null : originBetween(near);
  }

  #read(): void {
    if (this.#size.width === 0) return;
    this.#loop.request({ camera: this.#camera, size: this.#size, query: this.#query }, false);
  }
}

/** A child of the neighbours: the nearer one is, the more there is of it. */
function originBetween(near: readonly AtlasNeighbour[]): Origin {
  const nearest = near[0]?.distance ?? 0;
  const weights = near.map(({ distance }) => (nearest + 1e-6) / (distance + 1e-6));
  return {
    ...{ kind: 'breed', how: 'blend', spread: SPREAD, locks: [] },
    parents: near.map(({ id }) => id),
    weights,
  };
}
