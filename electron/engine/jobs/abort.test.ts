import { describe, expect, it } from 'vitest';
import { Joint } from './abort.ts';

function work() {
  const { promise, resolve } = Promise.withResolvers<string>();
  let given: AbortSignal | undefined;
  const joint = new Joint((signal) => {
    given = signal;
    return promise;
  });
  return { joint, resolve, isStopped: () => given?.aborted };
}

describe('Joint', () => {
  it('goes on for those who still wait, and stops when nobody does', async () => {
    const { joint, isStopped } = work();
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [joint.join(first.signal), joint.join(second.signal)];
    first.abort();
    await expect(waits[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect(isStopped()).toBe(false);
    second.abort();
    await expect(waits[1]).rejects.toMatchObject({ code: 'cancelled' });
    expect(isStopped()).toBe(true);
    expect(joint.isAbandoned).toBe(true);
  });

  it('is not abandoned by those who leave once it is done', async () => {
    const { joint, resolve, isStopped } = work();
    const waiting = new AbortController();
    const wait = joint.join(waiting.signal);
    resolve('done');
    await wait;
    waiting.abort();
    await joint.join(AbortSignal.abort());
    expect([joint.isAbandoned, isStopped()]).toEqual([false, false]);
    await expect(joint.join()).resolves.toBe('done');
  });

  it('is not stopped while someone waits to the end', async () => {
    const { joint, resolve, isStopped } = work();
    const patient = joint.join();
    const hasty = joint.join(AbortSignal.abort());
    await expect(hasty).rejects.toMatchObject({ code: 'cancelled' });
    resolve('done');
    await expect(patient).resolves.toBe('done');
    expect(isStopped()).toBe(false);
  });
});
