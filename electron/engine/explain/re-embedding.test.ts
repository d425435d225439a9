import { expect, it } from 'vitest';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { JobQueue } from '../jobs/queue.ts';
import type { Library } from '../library/library.ts';
import type { Models } from '../models/models.ts';
import type { PortraitPictures } from '../session/portrait-pictures.ts';
import { ReEmbedding } from './re-embedding.ts';

const modelsOf = (embedding: string) => ({ pack: { spaces: { embedding } } }) as Models;

/** A library of portraits that no CLIP has seen, each of which waits to be looked at until it is let. */
function unseenLibrary(count: number, fault?: StudioError) {
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const jobs = new JobQueue();
  const ids = Array.from({ length: count }, (_, n) => String(n));
  const unseen = () => ids.filter((id) => !seen.includes(id));
  const library = {
    refusal: null,
    reader: { unseen: async () => unseen(), isAllSeen: () => unseen().length === 0 },
  };
  const embedding: PortraitPictures['embedding'] = async (id, _, options) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    throwIfCancelled(options?.signal);
    if (id === '0' && fault) throw fault;
    seen.push(id);
    return new Float32Array();
  };
  const reEmbedding = new ReEmbedding({
    ...{ jobs, library: library as unknown as Library },
    pictures: { embedding } as unknown as PortraitPictures,
  });
  const letAll = async () => {
    const ended = reEmbedding.settled().then(() => true);
    while (!(await Promise.race([ended, new Promise((turn) => setImmediate(turn, false))]))) {
      for (const go of waiting.splice(0)) go();
    }
  };
  return { seen, jobs, reEmbedding, letAll };
}

it('sees all, but for what cannot be read, and begins once', async () => {
  const fault = new StudioError('picture-unreadable', 'Damaged.');
  const { seen, jobs, reEmbedding, letAll } = unseenLibrary(10, fault);
  reEmbedding.begin(modelsOf('a'));
  reEmbedding.begin(modelsOf('a'));
  expect(jobs.list()).toHaveLength(1);
  await letAll();
  expect(seen).toHaveLength(9);
});

it('keeps what it has seen when it is cancelled, and is not begun again before the next start', async () => {
  const { seen, jobs, reEmbedding, letAll } = unseenLibrary(10);
  reEmbedding.begin(modelsOf('a'));
  jobs.subscribe(({ id, status }) => {
    if (status.state === 'running' && seen.length > 0) jobs.cancel(id);
  });
  await letAll();
  expect(seen).toHaveLength(4);
  reEmbedding.begin(modelsOf('a'));
  expect(jobs.list()).toEqual([]);
});

it('leaves one CLIP for another', async () => {
  const { jobs, reEmbedding, letAll } = unseenLibrary(10);
  const ends: string[] = [];
  jobs.subscribe(({ status }) => void (status.state === 'running' || ends.push(status.state)));
  reEmbedding.begin(modelsOf('a'));
  reEmbedding.begin(modelsOf('b'));
  await letAll();
  expect(ends.filter((state) => state !== 'queued')).toEqual(['cancelled', 'done']);
});
