import { Worker } from 'node:worker_threads';
import { cancelled } from '../../contract/errors.ts';
import type { Layout } from './layout.ts';
import type { LayoutNews, LayoutTask } from './layout-messages.ts';

/** Computes a layout, and places by it, in a thread of its own. One thing is asked at a time. */
export class LayoutThread implements Disposable {
  readonly #worker = new Worker(new URL('./layout-worker.ts', import.meta.url));
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  [Symbol.dispose](): void {
    void this.#worker.terminate();
  }

  async layOut(
    embeddings: readonly Float32Array[],
    onEpoch: (done: number) => void,
  ): Promise<Layout> {
    const news = await this.#ask({ kind: 'lay-out', embeddings }, onEpoch);
    if (news.kind !== 'layout') throw unexpected(news);
    return news.layout;
  }

  async take(layout: Layout): Promise<void> {
    await this.#ask({ kind: 'take', layout });
  }

  async place(
    embeddings: readonly Float32Array[],
    numbers: readonly number[],
  ): Promise<readonly Float32Array[]> {
    const news = await this.#ask({ kind: 'place', embeddings, numbers });
    if (news.kind !== 'places') throw unexpected(news);
    return news.places;
  }

  /** @throws StudioError `cancelled` at once when the signal fires: the thread is ended then, whatever it does */
  #ask(task: LayoutTask, onEpoch?: (done: number) => void): Promise<LayoutNews> {
    const { promise, resolve, reject } = Promise.withResolvers<LayoutNews>();
    const onAbort = () => reject(cancelled(this.#signal.reason));
    const onMessage = (news: LayoutNews) => {
      if (news.kind === 'advanced') onEpoch?.(news.done);
      else if (news.kind === 'failed') reject(new Error(news.reason));
      else resolve(news);
    };
    const worker = this.#worker.on('message', onMessage).on('error', reject);
    this.#signal.addEventListener('abort', onAbort);
    if (this.#signal.aborted) onAbort();
    worker.postMessage(task);
    return promise.finally(() => {
      worker.off('message', onMessage).off('error', reject);
      this.#signal.removeEventListener('abort', onAbort);
    });
  }
}

function unexpected({ kind }: LayoutNews): Error {
  return new Error(`the thread of the atlas said "${kind}"`);
}
