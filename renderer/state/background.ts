import type { DrawQueue } from './draw-queue.svelte.ts';

/** Work that ends sooner was waited for. */
const LONG_MS = 10_000;

/** What a window does while the artist may be elsewhere. */
export type WorkKind =
  'drawing' | 'export' | 'film' | 'bring-in' | 'upkeep' | 'model' | 'download' | 'bridge' | 'atlas';

/** How far it is, from 0 to 1. */
export interface Work {
  readonly kind: WorkKind;
  readonly share: number;
}

/** What does one thing at a time; `total` is 0 while it is not known. */
interface Worker {
  readonly run: { readonly done: number; readonly total: number } | null;
}

/** The parts of the window that work. */
interface Workers {
  readonly create: { readonly queue: Pick<DrawQueue, 'runs' | 'current'> };
  readonly bringingIn: { readonly run: { readonly share: number } | null };
  readonly exports: Worker;
  readonly renders: Worker;
  readonly upkeep: Worker;
  readonly atlas: Worker;
  readonly models: Readonly<Record<'imports' | 'hub' | 'bridges', Worker>>;
}

const shareOf = ({ done, total }: NonNullable<Worker['run']>): number =>
  total > 0 ? Math.min(1, done / total) : 0;

/** All that is under way. What is drawn counts as one, however much of it waits. */
export function worksOf(workers: Workers): Work[] {
  const { create, exports, renders, bringingIn, upkeep, models, atlas } = workers;
  const runs = create.queue.runs;
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  const done = runs.reduce((sum, run) => sum + run.done, 0);
  const work = (kind: WorkKind, run: Worker['run']): Work[] =>
    run ? [{ kind, share: shareOf(run) }] : [];
  return [
    ...work('drawing', create.queue.current && { done, total }),
    ...work('export', exports.run),
    ...work('film', renders.run),
    ...work('bring-in', bringingIn.run && { done: bringingIn.run.share, total: 1 }),
    ...work('upkeep', upkeep.run),
    ...work('model', models.imports.run),
    ...work('download', models.hub.run),
    ...work('bridge', models.bridges.run),
    ...work('atlas', atlas.run),
  ];
}

/** How far all of it is together; null where there is none. */
export function overallShare(works: readonly Work[]): number | null {
  if (works.length === 0) return null;
  return works.reduce((sum, { share }) => sum + share, 0) / works.length;
}

/** Follows what is under way, and says which of it has ended after so long that nobody waited for it. */
export class Endings {
  readonly #begun = new Map<WorkKind, number>();

  /** @param now in milliseconds */
  take(works: readonly Work[], now: number): WorkKind[] {
    const running = works.map(({ kind }) => kind);
    const ended = [...this.#begun].filter(([kind]) => !running.includes(kind));
    for (const [kind] of ended) this.#begun.delete(kind);
    for (const kind of running) if (!this.#begun.has(kind)) this.#begun.set(kind, now);
    return ended.filter(([, begun]) => now - begun >= LONG_MS).map(([kind]) => kind);
  }
}
