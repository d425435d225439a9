import { describe, expect, it, vi } from 'vitest';
import { LruCache } from './lru-cache.ts';

describe('LruCache', () => {
  it('computes once, and again when the value had to make room', async () => {
    const recent = new LruCache<string>(2);
    const compute = vi.fn((name: string) => Promise.resolve(name));
    const get = (name: string) => recent.get(name, () => compute(name));
    await get('a');
    await get('b');
    await get('a');
    await get('c');
    expect(compute).toHaveBeenCalledTimes(3);
    await get('a');
    expect(compute).toHaveBeenCalledTimes(3);
    await get('b');
    expect(compute).toHaveBeenCalledTimes(4);
  });

  it('forgets a failure', async () => {
    const recent = new LruCache<string>(2);
    await expect(recent.get('a', () => Promise.reject(new Error('oops')))).rejects.toThrow('oops');
    expect(await recent.get('a', () => Promise.resolve('fine'))).toBe('fine');
  });
});
