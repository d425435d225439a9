import { NAME_FIELDS, type NameField } from '../../electron/contract/export.ts';
import type { Generation } from '../../electron/contract/generation.ts';

const MAX_PROMPT = 60;
const two = (value: number): string => String(value).padStart(2, '0');

function valueOf(field: NameField, { id, prompt, seed, pack, createdAt }: Generation): string {
  const made = new Date(createdAt);
  switch (field) {
    case 'id':
      return id;
    case 'date':
      return [made.getFullYear(), two(made.getMonth() + 1), two(made.getDate())].join('-');
    case 'time':
      return [made.getHours(), made.getMinutes(), made.getSeconds()].map(two).join('-');
    case 'prompt':
      return [...prompt].slice(0, MAX_PROMPT).join('').trim();
    case 'seed':
      return String(seed ?? '');
    case 'pack':
      return pack.id;
    case 'n':
      return '0001';
  }
}

/** The first field of a pattern that does not exist, or null. */
export function unknownField(pattern: string): string | null {
  const fields = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
  return fields.find((field) => !NAME_FIELDS.some((known) => known === field)) ?? null;
}

/**
 * What the first file of an export will be called, as a hint while the pattern is typed. The engine
 * has the last word: it also knows which names the disk refuses.
 */
export function nameExample(pattern: string, generation: Generation): string {
  const filled = NAME_FIELDS.reduce(
    (name, field) => name.replaceAll(`{${field}}`, () => valueOf(field, generation)),
    pattern,
  );
  return (
    filled
      .replace(/[<>:"/\\|?*]+/g, '-')
      .replace(/\s+/g, ' ')
      .trim() || 'portrait'
  );
}
