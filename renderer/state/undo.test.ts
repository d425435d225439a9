import { describe, expect, it } from 'vitest';
import { UndoStack } from './undo.svelte.ts';

/** A number whose changes are recorded on a stack with a clock of its own. */
function counter() {
  let now = 0;
  let value = 0;
  const stack = new UndoStack(() => now);
  return {
    stack,
    get value() {
      return value;
    },
    wait: (ms: number) => (now += ms),
    set(to: number, merge?: string) {
      const put = (next: number) => {
        value = next;
      };
      stack.replace({ label: `set ${to}`, from: value, to, put, merge });
    },
  };
}

type Turn = PromiseWithResolvers<undefined>;

describe('UndoStack', () => {
  it('goes back and forth through every step', async () => {
    const c = counter();
    c.set(1);
    c.set(2);
    await c.stack.undo();
    expect(c.value).toBe(1);
    await c.stack.undo();
    expect(c.value).toBe(0);
    expect(await c.stack.undo()).toBeNull();
    await c.stack.redo();
    await c.stack.redo();
    expect(c.value).toBe(2);
    expect(await c.stack.redo()).toBeNull();
  });

  it('takes two quick presses for two steps, even if the first is slow', async () => {
    const stack = new UndoStack();
    const undone: string[] = [];
    for (const label of ['first', 'second']) {
      const undo = async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        undone.push(label);
      };
      stack.push({ label, undo, redo: () => {} });
    }
    await Promise.all([stack.undo(), stack.undo()]);
    expect(undone).toEqual(['second', 'first']);
  });

  it('drops what could be redone when something new is done', async () => {
    const c = counter();
    c.set(1);
    await c.stack.undo();
    c.set(5);
    expect(c.stack.redoLabel).toBeNull();
    expect(c.stack.undoLabel).toBe('set 5');
  });

  it('takes a drag back as one step, and a later drag as another', async () => {
    const c = counter();
    for (const value of [1, 2, 3]) c.set(value, 'truncation');
    c.wait(5_000);
    for (const value of [4, 5]) c.set(value, 'truncation');
    await c.stack.undo();
    expect(c.value).toBe(3);
    await c.stack.undo();
    expect(c.value).toBe(0);
    await c.stack.redo();
    expect(c.value).toBe(3);
  });

  it('waits for a change under way, which an undo meanwhile means', async () => {
    const stack = new UndoStack();
    let value = 'there';
    const finish = Promise.withResolvers<undefined>();
    stack.push({ label: 'earlier', undo: () => {}, redo: () => {} });
    const redo = async () => {
      await finish.promise;
      value = 'gone';
    };
    const making = stack.make({ label: 'delete', redo, undo: () => void (value = 'there') });
    const undoing = stack.undo();
    finish.resolve(undefined);
    await making;
    expect((await undoing)?.label).toBe('delete');
    expect(value).toBe('there');
    expect(stack.undoLabel).toBe('earlier');
  });

  it('records nothing of a change that could not be made', async () => {
    const stack = new UndoStack();
    const change = {
      label: 'delete',
      redo: () => Promise.reject(new Error('disk full')),
      undo() {},
    };
    await expect(stack.make(change)).rejects.toThrow('disk full');
    expect(await stack.undo()).toBeNull();
  });

  it('keeps what is done while a step is taken back', async () => {
    const c = counter();
    const [begin, finish] = [0, 1].map(() => Promise.withResolvers<undefined>()) as [Turn, Turn];
    const undo = () => {
      begin.resolve(undefined);
      return finish.promise;
    };
    c.stack.push({ label: 'delete', undo, redo: () => {} });
    const undoing = c.stack.undo();
    await begin.promise;
    c.set(1, 'slider');
    finish.resolve(undefined);
    expect((await undoing)?.label).toBe('delete');
    expect(c.stack.redoLabel).toBeNull();
    expect((await c.stack.undo())?.label).toBe('set 1');
    expect(c.value).toBe(0);
    expect(c.stack.undoLabel).toBeNull();
  });

  it('keeps a step whose undoing failed', async () => {
    const stack = new UndoStack();
    let fail = true;
    const undo = () => (fail ? Promise.reject(new Error('disk full')) : Promise.resolve());
    stack.push({ label: 'delete', undo, redo: () => {} });
    await expect(stack.undo()).rejects.toThrow('disk full');
    fail = false;
    expect((await stack.undo())?.label).toBe('delete');
  });
});
