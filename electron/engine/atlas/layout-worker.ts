/** Entry of the thread that computes layouts (see layout-thread.ts): they would hold up everything else. */
import { parentPort } from 'node:worker_threads';
import { type Layout, layOut, placesOf } from './layout.ts';
import type { LayoutNews, LayoutTask } from './layout-messages.ts';

const post = (news: LayoutNews) => parentPort?.postMessage(news);

let layout: Layout | undefined;

parentPort?.on('message', (task: LayoutTask) => {
  answer(task).then(post, (thrown: unknown) => post({ kind: 'failed', reason: String(thrown) }));
});

async function answer(task: LayoutTask): Promise<LayoutNews> {
  if (task.kind === 'place') {
    if (!layout) throw new Error('there is no layout yet');
    return { kind: 'places', places: placesOf(layout, task.embeddings, task.numbers) };
  }
  layout =
    task.kind === 'take'
      ? task.layout
      : await layOut(task.embeddings, (done) => post({ kind: 'advanced', done }));
  return { kind: 'layout', layout };
}
