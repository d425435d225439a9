import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { save } from './saved.ts';
import { SavedValues } from './saved-values.svelte.ts';

const schema = z.object({ position: z.number(), stops: z.int() });
const open = () => new SavedValues('test', schema, () => ({ position: 0, stops: 7 }));

beforeEach(() => localStorage.clear());

describe('saved values', () => {
  it('are as they were left the last time, but for what a hand only moved', () => {
    const values = open();
    values.put({ stops: 3 });
    values.show({ position: 0.5 });
    expect(values.now).toEqual({ position: 0.5, stops: 3 });
    expect(open().now).toEqual({ position: 0, stops: 3 });
    values.put({});
    expect(open().now).toEqual({ position: 0.5, stops: 3 });
  });

  it('leave alone what was read of them before', () => {
    const values = open();
    const before = values.now;
    values.put({ stops: 3 });
    expect(before).toEqual({ position: 0, stops: 7 });
  });

  it('begin anew where what was saved is none of them', () => {
    save('test', { position: 'middle' });
    expect(open().now).toEqual({ position: 0, stops: 7 });
  });
});
