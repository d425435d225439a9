import path from 'node:path';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { MAX_AMOUNT } from '../../contract/edit.ts';
import { toStudioError } from '../../contract/errors.ts';
import { refusalOfName } from '../../contract/file-name.ts';
import { idBeginningSchema } from '../../contract/identity.ts';
import { inWords } from '../../contract/problem.ts';
import { parseAddress } from '../../engine/servers/address.ts';
import { refusalOfTarget } from './destination.ts';
import { looksLikePath, pathOf } from './picture-path.ts';

/** A slider, where it stands and on which layers it acts. */
export interface Setting {
  readonly name: string;
  readonly amount: number;
  readonly layers?: string | undefined;
}

/** How commander reads an option: its text by a schema, whose refusal becomes wrong usage. */
type Read<T> = (text: string) => T;

/** As people write numbers; `Number` alone also reads `0x10`, `Infinity` and nothing at all. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function number<T extends number>(schema: z.ZodType<T>): Read<T> {
  return (text) => {
    const value = DECIMAL.test(text.trim()) ? Number(text) : NaN;
    if (!Number.isFinite(value)) throw new InvalidArgumentError(noNumber(text));
    return checked(schema, value);
  };
}

function noNumber(text: string): string {
  return /^[+-]?\d+,\d+$/.test(text.trim())
    ? 'It must be a number, with a point before decimals.'
    : 'It must be a number, such as 2 or 0.5.';
}

/** Or `own`: what the models have of their own, whatever a parent was drawn with. */
export function orOwn<T>(read: Read<T>): Read<T | null> {
  return (text) => (text.trim() === 'own' ? null : read(text));
}

/** The id of a portrait, in small letters or capitals; or how it begins, which is completed before a command runs. */
export const portraitId: Read<string> = (text) => {
  const id = idBeginningSchema.safeParse(text.trim());
  if (id.success) return id.data;
  throw new InvalidArgumentError(
    'It must be the id of a portrait, or its first 8 letters or more, as "clip-flow list" shows them.',
  );
};

/** Several ids, one after the other. */
export function portraitIds(text: string, before: readonly string[] = []): string[] {
  return [...before, portraitId(text)];
}

/** A path that somebody typed. */
export const place: Read<string> = (text) => {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  if (text.includes('\0')) throw new InvalidArgumentError('It must not hold a zero byte.');
  if (/^~[^\\/]/.test(text)) {
    throw new InvalidArgumentError('Only ~ alone stands for a home folder. Write the folder out.');
  }
  return pathOf(text);
};

/** Several of them. */
export function places(text: string, before: readonly string[] = []): string[] {
  return [...before, place(text)];
}

/** What a file, a folder or an archive is called, without its place. */
export const fileName: Read<string> = (text) => {
  if (!/[/\\]/.test(text)) return words(text);
  throw new InvalidArgumentError('It must be a name without a folder. The folder goes to --out.');
};

/** The path of an animation, or of a folder of frames. */
export const animationFile: Read<string> = (text) => {
  const file = place(text);
  const refusal = refusalOfTarget(file);
  if (refusal !== null) throw new InvalidArgumentError(refusal);
  return file;
};

/** The path of a sheet. */
export const sheetFile: Read<string> = (text) => {
  const file = place(text);
  const refusal = refusalOfName(path.basename(file), process.platform);
  if (refusal !== null) throw new InvalidArgumentError(`Its name ${refusal}.`);
  if (/\.(png|pdf)$/i.test(file)) return file;
  throw new InvalidArgumentError('It must be a file that ends in .png or .pdf.');
};

/** Words, without what files and clipboards leave in them: a byte order mark, and ends of lines. */
export const words: Read<string> = (text) => {
  if (looksLikePath(text)) {
    throw new InvalidArgumentError(
      'That is the path of a file, and words belong here. Pictures go to "generate --from" and to "animate".',
    );
  }
  return text
    .replace(/\ufeff/g, '')
    .replace(/[\r\n]+/g, ' ')
    .trim();
};

export function word<T extends string>(schema: z.ZodType<T>): Read<T> {
  return (text) => checked(schema, text);
}

/** Layers by the name of their range, which the pack knows. */
export const layerName: Read<string> = word(
  z.string().regex(/^[a-z][a-z0-9-]*$/, 'It must be the name of layers, such as fine'),
);

export function upTo(max: number): Read<number> {
  return number(z.int().min(1).max(max));
}

/** An option that may be repeated, each time a name and a number, and layers if need be: `smile=1.5@fine`. */
export function setting(text: string, before: readonly Setting[] = []): Setting[] {
  const [, name, amount = '', layers] = /^(.+)=([^=@]*)(?:@(.*))?$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError('It must be a name and a number, as in name=1.5.');
  }
  return [
    ...before,
    {
      name,
      amount: number(z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT))(amount),
      ...(layers !== undefined && { layers: layerName(layers) }),
    },
  ];
}

/** The same where the name is words, or words and what they become: `sad -> laughing=0.8@fine`. */
export function phrase(text: string, before: readonly Setting[] = []): Setting[] {
  const settings = setting(text, before);
  for (const part of settings.at(-1)?.name.split('->') ?? []) words(part);
  return settings;
}

/** The address of a model server, in one form. */
export const engineAddress: Read<string> = (text) => {
  try {
    return parseAddress(text).text;
  } catch (thrown) {
    throw new InvalidArgumentError(toStudioError(thrown).message);
  }
};

/** Several, with commas between. */
export function list<T>(read: Read<T>): Read<T[]> {
  return (text) => text.split(',').map((part) => read(part.trim()));
}

/** Several, with commas between, by an option that may be repeated; each of them once. */
export function gathered<T>(read: Read<T>): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => [...new Set([...before, ...list(read)(text)])];
}

/** An option that may be repeated, once for each. */
export function repeated<T>(read: Read<T>): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => [...before, read(text)];
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { error: inWords });
  if (parsed.success) return parsed.data;
  // A number that is too big may be so for two reasons, of which the last says how much is enough.
  throw new InvalidArgumentError(`${parsed.error.issues.at(-1)?.message ?? ''}.`);
}
