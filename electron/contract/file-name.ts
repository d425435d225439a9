/** How exported files are called: the engine names them so, and the window shows it beforehand. */
import { StudioError } from './errors.ts';
import { NAME_FIELDS, type NameField } from './export.ts';
import type { Generation } from './generation.ts';
import { RESERVED } from './reserved-names.ts';

/** Leaves room for a number, an extension and a deep folder in what file systems allow (255 bytes). */
const MAX_NAME_BYTES = 150;
const MAX_PROMPT_CHARACTERS = 60;
/** What follows the words in a pattern, such as an id, must fit beside them, also where a character has 3 bytes. */
const MAX_PROMPT_BYTES = 90;

/** Longest name of one file: in bytes on Linux, in UTF-16 units on macOS and Windows. */
const LONGEST = 255;

const WINDOWS_LACKS = /[<>:"|?*\p{Cc}]/u;

/**
 * A file name without extension that every file system takes, from a pattern such as
 * `{date} {prompt} {seed}`.
 *
 * @param n the portrait's place in the export, counted from 1
 * @throws StudioError `invalid-argument` for a field that does not exist
 */
export function fileName(pattern: string, generation: Generation, n: number): string {
  const values = fieldValues(generation, n);
  const filled = pattern.replace(/\{([^{}]*)\}/g, (_, field: string) => {
    if (isField(field)) return values[field];
    throw new StudioError(
      'invalid-argument',
      `A name cannot hold {${field}}. Use ${NAME_FIELDS.map((name) => `{${name}}`).join(', ')}.`,
    );
  });
  return safeName(filled);
}

/**
 * The nearest file name, without extension, that every file system takes, that no program takes for an
 * option or hides, and that shows all of itself.
 */
export function safeName(text: string): string {
  const allowed = text
    .normalize('NFC')
    .toWellFormed()
    .replace(/[<>:"/\\|?*\p{Cc}]+/gu, '-')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, (character) =>
      EMOJI_STYLE.test(character) ? character : '',
    )
    .replace(/\s+/g, ' ');
  // A dot in front hides a file; at the end Windows drops it.
  const name = shorten(allowed, MAX_NAME_BYTES).replace(/^[-. ]+|[. ]+$/g, '');
  if (name === '') return 'portrait';
  return RESERVED.test(name) ? `_${name}` : name;
}

/** What tells a coloured emoji from a plain one is not seen itself. */
const EMOJI_STYLE = /[\ufe00-\ufe0f]/;

/**
 * Why a system cannot keep a file under just this name; null where it can.
 *
 * @param name one name, not a path
 * @param platform as `process.platform` says it
 */
export function refusalOfName(name: string, platform: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'is the name of a folder';
  if (/[/\\\0]/.test(name)) return 'holds a character that divides paths';
  const length = platform === 'linux' ? new TextEncoder().encode(name).length : name.length;
  if (length > LONGEST) return 'is longer than file systems allow';
  if (platform !== 'win32') return null;
  if (WINDOWS_LACKS.test(name)) return 'holds one of < > : " | ? *, which Windows does not allow';
  if (/[. ]$/.test(name)) return 'ends in a dot or a space, which Windows drops';
  return RESERVED.test(name) ? 'is a name that Windows keeps for a device' : null;
}

function fieldValues(generation: Generation, n: number): Record<NameField, string> {
  const made = new Date(generation.createdAt);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    id: generation.id,
    date: [made.getFullYear(), two(made.getMonth() + 1), two(made.getDate())].join('-'),
    time: [made.getHours(), made.getMinutes(), made.getSeconds()].map(two).join('-'),
    prompt: promptPart(generation.prompt),
    seed: String(generation.seed ?? ''),
    pack: generation.pack.id,
    n: String(n).padStart(4, '0'),
  };
}

/** Normalised before it is cut: a name grows by that in some scripts. */
function promptPart(prompt: string): string {
  const characters = [...prompt.normalize('NFC')].slice(0, MAX_PROMPT_CHARACTERS);
  return shorten(characters.join(''), MAX_PROMPT_BYTES).trim();
}

function isField(name: string): name is NameField {
  return NAME_FIELDS.some((field) => field === name);
}

/** Cut between characters, not within. */
function shorten(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
