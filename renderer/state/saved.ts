import type { z } from 'zod';

const PREFIX = 'clip-flow-studio/';

/** What is read field by field, so that a damaged one costs only itself. */
export type FieldsOf<T> = z.ZodType<T> & {
  readonly shape: Readonly<Record<string, z.ZodType>>;
};

/** Keys of what was found damaged before anybody listened. */
const untold: string[] = [];
let listener: ((key: string) => void) | null = null;

/** Has a listener told, by its key, of what could not be read: before, and from now on. */
export function onDamaged(tell: (key: string) => void): void {
  listener = tell;
  for (const key of untold.splice(0)) tell(key);
}

/**
 * What the window remembered under `key`, or null: nothing there, or not what this build expects.
 *
 * @param storage that of the session is one window's own, and lasts over a reload
 */
export function load<T extends z.ZodType>(
  key: string,
  schema: T,
  storage = localStorage,
): z.output<T> | null {
  const found = read(key, storage);
  if (!found) return null;
  const parsed = schema.safeParse(found.value);
  if (parsed.success) return parsed.data;
  tellDamaged(key);
  storage.removeItem(PREFIX + key);
  return null;
}

/** The same, field by field: of what is damaged the rest is kept, and what is missing is as `first` has it. */
export function loadFields<T extends object>(key: string, schema: FieldsOf<T>, first: () => T): T {
  const found = read(key);
  if (!found) return first();
  const whole = schema.safeParse(found.value);
  if (whole.success) return whole.data;
  const remembered: Record<string, unknown> = isRecord(found.value) ? found.value : {};
  let isDamaged = !isRecord(found.value);
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (remembered[name] === undefined) continue;
    const parsed = field.safeParse(remembered[name]);
    if (parsed.success) kept[name] = parsed.data;
    else isDamaged = true;
  }
  // What an earlier version did not know is no damage.
  if (isDamaged) tellDamaged(key);
  const mended = { ...first(), ...kept };
  save(key, mended);
  return mended;
}

/** Remembers `value`; a full or forbidden storage only costs the memory of how the window stood. */
export function save(key: string, value: unknown, storage = localStorage): void {
  try {
    storage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Everything kept lives in the library.
  }
}

function read(key: string, storage = localStorage): { readonly value: unknown } | null {
  const text = storage.getItem(PREFIX + key);
  if (text === null) return null;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { value: undefined };
  }
}

function tellDamaged(key: string): void {
  if (listener) listener(key);
  else untold.push(key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
