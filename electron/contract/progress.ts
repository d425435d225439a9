import { z } from 'zod';

/** What a long piece of work is busy with. */
export const taskSchema = z.enum([
  'verify-pack',
  'load-models',
  'encode-text',
  'sample',
  'render',
  'describe',
  'save',
  'export',
  'pack',
  'import',
  'migrate',
  'backup',
  'verify-library',
  'rebuild',
  'merge',
  'draw-pairs',
  'train-flow',
  'evaluate',
  'lay-out',
  'index',
  'measure',
]);
export type Task = z.infer<typeof taskSchema>;

/** What each model server has done of a piece of work; this machine did the rest. */
export const sharesSchema = z.array(z.object({ address: z.string(), done: z.int().positive() }));
export type Shares = z.infer<typeof sharesSchema>;

/** News from long work. `remainingMs` is an estimate from the pace so far, null while there is none. */
export const progressEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), task: taskSchema, total: z.number().nonnegative() }),
  z.object({
    kind: z.literal('advanced'),
    task: taskSchema,
    done: z.number().nonnegative(),
    total: z.number().nonnegative(),
    remainingMs: z.number().nonnegative().nullable(),
    /** Left out where no server did anything. */
    servers: sharesSchema.optional(),
  }),
  z.object({ kind: z.literal('finished'), task: taskSchema, elapsedMs: z.number().nonnegative() }),
]);
export type ProgressEvent = z.infer<typeof progressEventSchema>;

export type OnProgress = (event: ProgressEvent) => void;

type Advance = Extract<ProgressEvent, { kind: 'advanced' }>;

/** Hears how far one task is, and nothing of what comes before it, such as a model that has to be loaded. */
export function advancesOf(task: Task, take: (advance: Advance) => void): OnProgress {
  return (event) => {
    if (event.kind === 'advanced' && event.task === task) take(event);
  };
}

export interface ProgressTracker {
  /** Counts `amount` more units as done, by the model server at an address where one did them. */
  advance(amount?: number, server?: string): void;
  /** There are at least so many units. */
  expect(total: number): void;
  finish(): void;
}

/**
 * Reports one task of so many units (files, bytes, portraits) with an estimate of the time left.
 * Says "started" at once; with no listener it costs nothing.
 *
 * @param before units that were done at an earlier try; they say nothing of the pace of this one
 */
export function trackProgress(
  task: Task,
  units: number,
  onProgress: OnProgress | undefined,
  now: () => number = () => performance.now(),
  before = 0,
): ProgressTracker {
  const startedAt = now();
  let total = units;
  let done = before;
  const servers = new Map<string, number>();
  onProgress?.({ kind: 'started', task, total });
  return {
    advance(amount = 1, server) {
      if (server !== undefined) servers.set(server, (servers.get(server) ?? 0) + amount);
      done = Math.min(total, done + amount);
      const drawn = done - before;
      const remainingMs = drawn > 0 ? ((now() - startedAt) * (total - done)) / drawn : null;
      const shares = [...servers].map(([address, count]) => ({ address, done: count }));
      onProgress?.({
        ...{ kind: 'advanced', task, done, total, remainingMs },
        ...(shares.length > 0 && { servers: shares }),
      });
    },
    expect(more) {
      total = Math.max(total, more);
    },
    finish() {
      onProgress?.({ kind: 'finished', task, elapsedMs: now() - startedAt });
    },
  };
}
