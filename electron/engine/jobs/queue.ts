import { randomUUID } from 'node:crypto';
import { cancelled, throwIfCancelled, toStudioError } from '../../contract/errors.ts';
import type { Job, JobKind, JobStatus } from '../../contract/job.ts';
import type { OnProgress, ProgressEvent } from '../../contract/progress.ts';

/** Work that the queue runs when its turn comes. */
export interface JobRequest<Result> {
  readonly kind: JobKind;
  readonly title: string;
  /** Rejects with `cancelled` soon after the signal fires. */
  readonly run: (signal: AbortSignal, onProgress: OnProgress) => Promise<Result>;
  /** Cancels this job from outside, waiting or running. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface JobHandle<Result> {
  readonly id: string;
  /** Rejects with a StudioError: `cancelled`, or why the work failed. */
  readonly result: Promise<Result>;
}

export type OnJob = (job: Job) => void;

interface Entry {
  job: Job;
  readonly abort: AbortController;
  /** Resolves when the job may run; rejects when it is cancelled before. */
  readonly turn: PromiseWithResolvers<void>;
  /** Resolves when the job has ended, however it did. */
  readonly ended: PromiseWithResolvers<void>;
}

/**
 * Runs long work in the order it was asked for, one job at a time unless told otherwise, and tells
 * every change of it. Ended jobs are told once and forgotten.
 */
export class JobQueue {
  readonly #concurrency: number;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<OnJob>();

  constructor(concurrency = 1) {
    this.#concurrency = concurrency;
  }

  submit<Result>(request: JobRequest<Result>): JobHandle<Result> {
    const { kind, title } = request;
    const entry: Entry = {
      job: { id: randomUUID(), kind, title, status: { state: 'queued' } },
      abort: new AbortController(),
      turn: Promise.withResolvers(),
      ended: Promise.withResolvers(),
    };
    this.#entries.set(entry.job.id, entry);
    this.#tell(entry.job);
    const result = this.#work(entry, request);
    this.#giveTurns();
    return { id: entry.job.id, result };
  }

  /** Cancels a job, waiting or running. One that has ended or never was is left at that. */
  cancel(id: string): void {
    this.#entries.get(id)?.abort.abort();
  }

  /** Jobs that wait or run, in the order they were asked for. */
  list(): Job[] {
    return [...this.#entries.values()].map(({ job }) => job);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: OnJob): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Cancels every job and waits for its end. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    for (const { abort } of entries) abort.abort();
    await Promise.all(entries.map(({ ended }) => ended.promise));
  }

  async #work<Result>(entry: Entry, request: JobRequest<Result>): Promise<Result> {
    const signals = request.signal ? [request.signal, entry.abort.signal] : [entry.abort.signal];
    const signal = AbortSignal.any(signals);
    signal.addEventListener('abort', () => entry.turn.reject(cancelled(signal.reason)));
    try {
      throwIfCancelled(signal);
      await entry.turn.promise;
      throwIfCancelled(signal);
      const result = await request.run(signal, (event) => {
        this.#advance(entry, event);
        request.onProgress?.(event);
      });
      this.#end(entry, { state: 'done' });
      return result;
    } catch (thrown) {
      const error = toStudioError(thrown);
      const isCancelled = error.code === 'cancelled';
      this.#end(
        entry,
        isCancelled ? { state: 'cancelled' } : { state: 'failed', error: error.toJSON() },
      );
      throw error;
    }
  }

  #giveTurns(): void {
    const entries = [...this.#entries.values()];
    const running = entries.filter(({ job }) => job.status.state === 'running').length;
    const waiting = entries.filter(({ job }) => job.status.state === 'queued');
    for (const entry of waiting.slice(0, this.#concurrency - running)) {
      this.#change(entry, { state: 'running', progress: null });
      entry.turn.resolve();
    }
  }

  #advance(entry: Entry, event: ProgressEvent): void {
    // What others go on waiting for tells of itself also after this job was cancelled.
    if (event.kind !== 'advanced' || !this.#entries.has(entry.job.id)) return;
    const { kind: _, ...progress } = event;
    this.#change(entry, { state: 'running', progress });
  }

  #end(entry: Entry, status: JobStatus): void {
    this.#entries.delete(entry.job.id);
    this.#change(entry, status);
    entry.ended.resolve();
    this.#giveTurns();
  }

  #change(entry: Entry, status: JobStatus): void {
    entry.job = { ...entry.job, status };
    this.#tell(entry.job);
  }

  #tell(job: Job): void {
    for (const listener of this.#listeners) listener(job);
  }
}
