import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tips } from './tips.svelte.ts';

const [a, b] = [{ name: 'a' }, { name: 'b' }];
/** Longer than any wait before or after a tip. */
const LONG_MS = 2_000;

let tips: Tips<{ name: string }>;

describe('a tip', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    tips = new Tips();
  });
  afterEach(() => void vi.useRealTimers());

  const rest = () => vi.advanceTimersByTime(LONG_MS);

  it('opens where the pointer rests, and not where it passes by', () => {
    tips.point(a);
    expect(tips.at).toBeNull();
    tips.point(null);
    rest();
    expect(tips.at).toBeNull();
    tips.point(b);
    rest();
    expect(tips.at).toBe(b);
  });

  it('gives way at once to that of the next thing the pointer is on', () => {
    tips.point(a);
    rest();
    tips.point(b);
    expect(tips.at).toBe(b);
    tips.close();
    tips.point(a);
    expect(tips.at).toBe(a);
  });

  it('stays while the pointer is on it, and goes when the pointer does', () => {
    tips.point(a);
    rest();
    tips.point(null);
    tips.stay();
    rest();
    expect(tips.at).toBe(a);
    tips.point(null);
    rest();
    expect(tips.at).toBeNull();
  });

  it('does not come back to what was pressed before the pointer does', () => {
    tips.point(a);
    tips.close();
    tips.point(a);
    rest();
    expect(tips.at).toBeNull();
    tips.point(null);
    tips.point(a);
    rest();
    expect(tips.at).toBe(a);
  });

  it('is at once where the keyboard is, whatever the pointer leaves', () => {
    tips.focus(a);
    expect(tips.at).toBe(a);
    tips.point(a);
    tips.point(null);
    rest();
    expect(tips.at).toBe(a);
    tips.focus(null);
    expect(tips.at).toBeNull();
  });
});
