import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { MAX_AMOUNT } from '../../contract/edit.ts';

/** A slider and where it stands. */
export interface Setting {
  readonly name: string;
  readonly amount: number;
}

/** How commander reads an option: its text by a schema, whose refusal becomes wrong usage. */
type Read<T> = (text: string) => T;

export function number<T extends number>(schema: z.ZodType<T>): Read<T> {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
    return checked(schema, value);
  };
}

export function word<T extends string>(schema: z.ZodType<T>): Read<T> {
  return (text) => checked(schema, text);
}

export function upTo(max: number): Read<number> {
  return number(z.int().min(1).max(max));
}

/** An option that may be repeated, each time a name and a number: `smile=1.5`. */
export function setting(
  name: z.ZodType = z.string().min(1),
): (text: string, before: readonly Setting[]) => Setting[] {
  return (text, before) => {
    const at = text.lastIndexOf('=');
    if (at < 0) throw new InvalidArgumentError('It must be a name and a number, as in name=1.5.');
    const amount = number(z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT))(text.slice(at + 1));
    checked(name, text.slice(0, at));
    return [...before, { name: text.slice(0, at), amount }];
  };
}

/** Several, with commas between. */
export function list<T>(read: Read<T>): Read<T[]> {
  return (text) => text.split(',').map((part) => read(part.trim()));
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => `${message}.`).join(' '));
}
