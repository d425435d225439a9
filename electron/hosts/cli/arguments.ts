import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';

/** How commander reads an option: its text by a schema, whose refusal becomes wrong usage. */
type Read<T> = (text: string) => T;

export function number(schema: z.ZodType<number>): Read<number> {
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

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => `${message}.`).join(' '));
}
