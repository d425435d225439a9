import { describe, expect, it, vi } from 'vitest';
import { LatestLoop } from './latest.ts';

/** A loop whose frames are finished by hand. */
function harness() {
  const asked: { value: number; settled: boolean; signal: AbortSignal; finish(): void }[] = [];
  const delivered: number[] = [];
  const fail = vi.fn();
  const loop = new LatestLoop<number, number>({
    render: (value, settled, signal) =>
      new Promise((resolve) =>
        asked.push({ value, settled, signal, finish: () => resolve(value) }),
      ),
    deliver: (result) => delivered.push(result),
    fail,
  });
  const finish = async (index: number) => {
    asked[index]!.finish();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { loop, asked, delivered, fail, finish };
}

describe('LatestLoop', () => {
  it('renders one frame at a time and skips to the newest value', async () => {
    const { loop, asked, delivered, finish } = harness();
    for (const value of [1, 2, 3, 4]) loop.request(value, false);
    expect(asked.map(({ value }) => value)).toEqual([1]);
    await finish(0);
    expect(asked.map(({ value }) => value)).toEqual([1, 4]);
    await finish(1);
    expect(delivered).toEqual([1, 4]);
  });

  it('lets a small frame finish but drops a full-size one when the hand moves on', async () => {
    const { loop, asked, delivered, finish } = harness();
    loop.request(1, false);
    loop.request(2, true);
    expect(asked[0]!.signal.aborted).toBe(false);
    await finish(0);
    loop.request(3, false);
    expect(asked[1]!.signal.aborted).toBe(true);
    await finish(1);
    await finish(2);
    expect(delivered).toEqual([1, 3]);
  });

  it('reports a failure once and goes on with the next value', async () => {
    const fail = vi.fn();
    const deliver = vi.fn();
    const loop = new LatestLoop<number, number>({
      render: (value) => (value === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(value)),
      deliver,
      fail,
    });
    loop.request(1, false);
    await vi.waitFor(() => expect(fail).toHaveBeenCalledOnce());
    loop.request(2, true);
    await vi.waitFor(() => expect(deliver).toHaveBeenCalledWith(2, 2, true));
  });

  it('delivers nothing after it was stopped', async () => {
    const { loop, delivered, finish } = harness();
    loop.request(1, false);
    loop.request(2, false);
    loop.stop();
    await finish(0);
    expect(delivered).toEqual([]);
  });
});
