import { Worker } from 'node:worker_threads';
import { cancelled, type SerialisedError, StudioError } from '../../contract/errors.ts';

/** What a thread is asked, and what it answers to it. */
export type ThreadTask<Task> = { readonly id: number; readonly task: Task };
export type ThreadAnswer<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: SerialisedError };

/** What is collected soon; by default it grows to as much again as all else that a thread has. */
const YOUNG_MB = 6;

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** A thread that answers what it is asked, in that order. It starts when it is first needed, and keeps no process alive. */
export class Thread<Task, Answer> {
  readonly #entry: URL;
  readonly #data: unknown;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | null = null;
  #asked = 0;
  #hasAnswered = false;
  #isClosed = false;

  /**
   * @param entry the file that it runs, which calls `answerTasks`
   * @param data what that finds as `workerData`
   */
  constructor(entry: URL, data: unknown) {
    this.#entry = entry;
    this.#data = data;
  }

  /** Whether it has begun, and would answer at once. */
  get isIdle(): boolean {
    return this.#hasAnswered && this.#waiting.size === 0;
  }

  /** @throws StudioError `cancelled` where it is closed meanwhile; what the thread throws */
  async ask(task: Task): Promise<Answer> {
    if (this.#isClosed) throw cancelled();
    const id = (this.#asked += 1);
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, task } satisfies ThreadTask<Task>);
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end(cancelled());
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      workerData: this.#data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (told: ThreadAnswer<Answer>) => {
      this.#hasAnswered = true;
      const waiting = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if ('answer' in told) waiting?.resolve(told.answer);
      else waiting?.reject(StudioError.from(told.error));
      // Nobody waits for it any more, nor shall the process.
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', (thrown) => {
      this.#worker = null;
      this.#hasAnswered = false;
      this.#end(thrown);
    });
    return worker;
  }

  #end(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
