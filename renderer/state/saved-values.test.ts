import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { onDamaged, save } from './saved.ts';
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

  it('lose no more than what is damaged, which is told once', () => {
    const told: string[] = [];
    save('test', { position: 'middle', stops: 3 });
    localStorage.setItem('clip-flow-studio/broken', '{"position"');
    expect(open().now).toEqual({ position: 0, stops: 3 });
    // Nobody listened by then.
    onDamaged((key) => told.push(key));
    const broken = () => new SavedValues('broken', schema, () => ({ position: 0, stops: 7 }));
    expect(broken().now).toEqual({ position: 0, stops: 7 });
    expect(told).toEqual(['test', 'broken']);
    open();
    broken();
    expect(told).toHaveLength(2);
  });

  it('are as at first where an earlier version knew nothing of them, which is no damage', () => {
    const told: string[] = [];
    onDamaged((key) => told.push(key));
    save('test', { position: 0.5 });
    expect(open().now).toEqual({ position: 0.5, stops: 7 });
    expect(told).toEqual([]);
  });
});
