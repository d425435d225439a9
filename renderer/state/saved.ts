import type { z } from 'zod';

const PREFIX = 'clip-flow-studio/';

/** What the window remembered under `key`, or null: nothing there, or not what this build expects. */
export function load<T extends z.ZodType>(key: string, schema: T): z.output<T> | null {
  const text = localStorage.getItem(PREFIX + key);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Remembers `value`; a full or forbidden storage only costs the memory of how the window stood. */
export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Everything kept lives in the library.
  }
}
