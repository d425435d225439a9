import { describe, expect, it } from 'vitest';
import { LatestNext, Scheduler } from './scheduler.ts';

/** Work that waits for `finish`, and notes its name when it starts. */
function recorder() {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      finish.set(name, () => resolve(name));
    });
  return { started, work, finish: (name: string) => finish.get(name)!() };
}

describe('Scheduler', () => {
  it('runs one at a time, interactive work first', async () => {
    const scheduler = new Scheduler();
    const { started, work, finish } = recorder();
    const first = scheduler.run(work('first'));
    const later = scheduler.run(work('later'));
    const urgent = scheduler.run(work('urgent'), { priority: 'interactive' });
    expect(started).toEqual(['first']);
    finish('first');
    await first;
    await expect.poll(() => started).toEqual(['first', 'urgent']);
    finish('urgent');
    await urgent;
    await expect.poll(() => started).toEqual(['first', 'urgent', 'later']);
    finish('later');
    expect(await later).toBe('later');
  });

  it('runs as many at once as it may, and alone what has to be', async () => {
    const scheduler = new Scheduler(2);
    const { started, work, finish } = recorder();
    const names = ['a', 'b', 'alone', 'c', 'd', 'e'];
    const runs = names.map((name) => scheduler.run(work(name), { alone: name === 'alone' }));
    const startedAfter = async (name: string, expected: string[]) => {
      finish(name);
      await runs[names.indexOf(name)];
      await expect.poll(() => started).toEqual(expected);
    };
    expect(started).toEqual(['a', 'b']);
    await startedAfter('b', ['a', 'b']);
    await startedAfter('a', ['a', 'b', 'alone']);
    await startedAfter('alone', ['a', 'b', 'alone', 'c', 'd']);
    await startedAfter('d', names);
  });

  it('drops cancelled work from the queue uncomputed', async () => {
    const scheduler = new Scheduler();
    const { started, work, finish } = recorder();
    const first = scheduler.run(work('first'));
    const controller = new AbortController();
    const second = scheduler.run(work('second'), { signal: controller.signal });
    const third = scheduler.run(work('third'));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    finish('first');
    await first;
    await expect.poll(() => started).toEqual(['first', 'third']);
    finish('third');
    await third;
  });

  it('rejects cancelled work at once but gives its turn away only when it has ended', async () => {
    const scheduler = new Scheduler();
    const { started, work, finish } = recorder();
    const controller = new AbortController();
    const first = scheduler.run(work('first'), { signal: controller.signal });
    const second = scheduler.run(work('second'));
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(started).toEqual(['first']);
    finish('first');
    await expect.poll(() => started).toEqual(['first', 'second']);
    finish('second');
    await second;
  });

  it('goes on after work that fails', async () => {
    const scheduler = new Scheduler();
    const failing = scheduler.run(() => Promise.reject(new Error('no')));
    const next = scheduler.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});

describe('LatestNext', () => {
  it('finishes what runs and goes on with the latest', async () => {
    const latest = new LatestNext();
    const { started, work, finish } = recorder();
    const outcomes = ['first', 'second', 'third'].map((name) => latest.run('slider', work(name)));
    const other = latest.run('search', work('other'));
    await expect(outcomes[1]).rejects.toMatchObject({ code: 'superseded' });
    await expect.poll(() => started).toEqual(['first', 'other']);
    finish('first');
    finish('other');
    await expect.poll(() => started).toEqual(['first', 'other', 'third']);
    finish('third');
    expect(await Promise.all([outcomes[0], outcomes[2], other])).toEqual([
      'first',
      'third',
      'other',
    ]);
  });

  it('goes on after work that failed', async () => {
    const latest = new LatestNext();
    const failing = latest.run('slider', () => Promise.reject(new Error('oops')));
    const next = latest.run('slider', () => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('oops');
    expect(await next).toBe('next');
  });
});
