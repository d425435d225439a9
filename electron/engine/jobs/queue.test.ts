import { describe, expect, it, onTestFinished } from 'vitest';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import { trackProgress } from '../../contract/progress.ts';
import { type JobRequest, JobQueue } from './queue.ts';

/** A job that ends when the test says so. */
function controlledJob(title: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = false;
  const request: JobRequest<string> = {
    kind: 'generate',
    title,
    run: async (signal) => {
      started = true;
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    },
  };
  return { request, resolve, reject, hasStarted: () => started };
}

/** Every state of every job, as `title state`. */
function record(queue: JobQueue): string[] {
  const seen: string[] = [];
  onTestFinished(queue.subscribe(({ title, status }) => seen.push(`${title} ${status.state}`)));
  return seen;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the job queue', () => {
  it('runs one job at a time, in order', async () => {
    const queue = new JobQueue();
    const seen = record(queue);
    const [first, second] = [controlledJob('first'), controlledJob('second')];
    const firstHandle = queue.submit(first.request);
    const secondHandle = queue.submit(second.request);
    await settled();
    expect([first.hasStarted(), second.hasStarted()]).toEqual([true, false]);
    expect(queue.list().map(({ title }) => title)).toEqual(['first', 'second']);

    first.resolve('a');
    second.resolve('b');
    expect(await firstHandle.result).toBe('a');
    expect(await secondHandle.result).toBe('b');
    expect(queue.list()).toEqual([]);
    expect(seen).toEqual([
      'first queued',
      'first running',
      'second queued',
      'first done',
      'second running',
      'second done',
    ]);
  });

  it('runs as many together as it is told', async () => {
    const queue = new JobQueue(2);
    const jobs = ['a', 'b', 'c'].map(controlledJob);
    for (const { request } of jobs) queue.submit(request);
    await settled();
    expect(jobs.map(({ hasStarted }) => hasStarted())).toEqual([true, true, false]);
  });

  it('cancels a running job through its signal', async () => {
    const queue = new JobQueue();
    const seen = record(queue);
    const { id, result } = queue.submit(controlledJob('x').request);
    await settled();
    queue.cancel(id);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.at(-1)).toBe('x cancelled');
  });

  it('tells nothing more of a cancelled job, whatever goes on that it waited for', async () => {
    const queue = new JobQueue();
    const seen = record(queue);
    const { request } = controlledJob('x');
    let advance = () => {};
    const { id, result } = queue.submit({
      ...request,
      run: (signal, onProgress) => {
        const progress = trackProgress('load-models', 9, onProgress);
        advance = () => progress.advance();
        return request.run(signal, onProgress);
      },
    });
    await settled();
    queue.cancel(id);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    advance();
    expect(seen.at(-1)).toBe('x cancelled');
  });

  it('cancels a waiting job without ever starting it', async () => {
    const queue = new JobQueue();
    const [first, second] = [controlledJob('first'), controlledJob('second')];
    const firstHandle = queue.submit(first.request);
    const { id, result } = queue.submit(second.request);
    queue.cancel(id);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    first.resolve('a');
    await firstHandle.result;
    expect(second.hasStarted()).toBe(false);
  });

  it("obeys the caller's signal, also one that has fired already", async () => {
    const queue = new JobQueue();
    const abort = new AbortController();
    const running = queue.submit({ ...controlledJob('a').request, signal: abort.signal });
    abort.abort();
    await expect(running.result).rejects.toMatchObject({ code: 'cancelled' });
    const late = controlledJob('b');
    const { result } = queue.submit({ ...late.request, signal: abort.signal });
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(late.hasStarted()).toBe(false);
  });

  it('goes on after a failure, which it tells as an error with a code', async () => {
    const queue = new JobQueue();
    const ended: Job[] = [];
    queue.subscribe((job) => job.status.state === 'failed' && ended.push(job));
    const [full, bug, fine] = ['full', 'bug', 'fine'].map(controlledJob);
    const results = [full!, bug!, fine!].map(({ request }) => queue.submit(request).result);
    full!.reject(new StudioError('disk-full', 'No room.'));
    bug!.reject(new TypeError('x is not a function'));
    fine!.resolve('done');

    await expect(results[0]).rejects.toMatchObject({ code: 'disk-full' });
    await expect(results[1]).rejects.toMatchObject({ code: 'internal' });
    expect(await results[2]).toBe('done');
    expect(ended.map(({ status }) => status)).toEqual([
      { state: 'failed', error: { code: 'disk-full', message: 'No room.' } },
      { state: 'failed', error: { code: 'internal', message: 'x is not a function' } },
    ]);
  });

  it('tells how far a job is and how long it still takes at its pace', async () => {
    const queue = new JobQueue();
    const told: unknown[] = [];
    queue.subscribe(({ status }) => status.state === 'running' && told.push(status.progress));
    let clock = 0;
    const { result } = queue.submit({
      kind: 'export',
      title: 'export',
      run: async (signal, onProgress) => {
        const progress = trackProgress('export', 4, onProgress, () => clock);
        throwIfCancelled(signal);
        clock = 300;
        progress.advance(3);
      },
    });
    await result;
    expect(told).toEqual([null, { task: 'export', done: 3, total: 4, remainingMs: 100 }]);
  });

  it('cancels everything when it is closed', async () => {
    const queue = new JobQueue();
    const results = ['a', 'b'].map((title) => queue.submit(controlledJob(title).request).result);
    void queue.close();
    expect(await Promise.allSettled(results)).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'cancelled' }) },
      { status: 'rejected', reason: expect.objectContaining({ code: 'cancelled' }) },
    ]);
  });
});
