import { describe, expect, it } from 'vitest';
import { chunksOf, runPipeline } from './pipeline.ts';

/** Stages that only go on when they are told to, and what has happened in them. */
function stages() {
  const said: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<null>>();
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<null>();
    gates.set(name, known);
    return known;
  };
  const pass = async (name: string) => {
    said.push(name);
    await gate(name).promise;
  };
  return {
    said,
    draw: (chunk: number) => pass(`draw ${chunk}`).then(() => ({ chunk })),
    finish: ({ chunk }: { chunk: number }) => pass(`finish ${chunk}`),
    open: (...names: string[]) => {
      for (const name of names) gate(name).resolve(null);
    },
    fail: (name: string) => gate(name).reject(new Error(name)),
  };
}

describe('runPipeline', () => {
  it('draws the next while one is finished, and finishes one at a time in order', async () => {
    const { said, open, ...work } = stages();
    const done = runPipeline([0, 1, 2, 3], work);
    open('draw 0', 'draw 1', 'draw 2');
    await expect.poll(() => said).toEqual(['draw 0', 'draw 1', 'finish 0', 'draw 2']);
    open('finish 0', 'finish 1', 'finish 2', 'finish 3', 'draw 3');
    await done;
    expect(said.filter((what) => what.startsWith('finish'))).toEqual([
      ...['finish 0', 'finish 1', 'finish 2', 'finish 3'],
    ]);
  });

  it('draws several at a time where that is wished, and finishes them in order', async () => {
    const { said, open, ...work } = stages();
    const done = runPipeline([0, 1, 2], work, undefined, 2);
    await expect.poll(() => said).toEqual(['draw 0', 'draw 1']);
    open('draw 1');
    await new Promise(setImmediate);
    expect(said).toEqual(['draw 0', 'draw 1']);
    open('draw 0', 'draw 2', 'finish 0', 'finish 1', 'finish 2');
    await done;
    expect(said.filter((what) => what.startsWith('finish'))).toEqual([
      ...['finish 0', 'finish 1', 'finish 2'],
    ]);
  });

  it('finishes what was begun when drawing the next fails', async () => {
    const { said, open, fail, ...work } = stages();
    let isOver = false;
    const done = runPipeline([0, 1, 2], work).finally(() => (isOver = true));
    done.catch(() => undefined);
    open('draw 0');
    await expect.poll(() => said).toContain('finish 0');
    fail('draw 1');
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    open('finish 0');
    await expect(done).rejects.toThrow('draw 1');
    expect(said).not.toContain('draw 2');
  });

  it('draws no more once finishing has failed, or when it is cancelled', async () => {
    const failing = stages();
    failing.open('draw 0', 'draw 1', 'draw 2');
    failing.fail('finish 0');
    await expect(runPipeline([0, 1, 2, 3], failing)).rejects.toThrow('finish 0');
    expect(failing.said).not.toContain('draw 3');

    const cancelled = stages();
    const stop = new AbortController();
    const done = runPipeline([0, 1], cancelled, stop.signal);
    await expect.poll(() => cancelled.said).toEqual(['draw 0']);
    stop.abort();
    cancelled.open('draw 0');
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(cancelled.said).toEqual(['draw 0']);
  });
});

describe('chunksOf', () => {
  it('leaves the rest to the last', () => {
    expect([...chunksOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...chunksOf([], 2)]).toEqual([]);
  });
});
