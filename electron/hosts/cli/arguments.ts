import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { MAX_AMOUNT } from '../../contract/edit.ts';
import { LAYER_NAMES, type LayerName } from '../../contract/layers.ts';

/** A slider, where it stands and on which layers it acts. */
export interface Setting {
  readonly name: string;
  readonly amount: number;
  readonly layers?: LayerName | undefined;
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

/** Layers by the name of their range. */
export const layerName: Read<LayerName> = word(
  z.enum(LAYER_NAMES, { error: `It must be one of ${LAYER_NAMES.join(', ')}` }),
);

export function upTo(max: number): Read<number> {
  return number(z.int().min(1).max(max));
}

/** An option that may be repeated, each time a name and a number, and layers if need be: `smile=1.5@fine`. */
export function setting(text: string, before: readonly Setting[]): Setting[] {
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

/** Several, with commas between. */
export function list<T>(read: Read<T>): Read<T[]> {
  return (text) => text.split(',').map((part) => read(part.trim()));
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => `${message}.`).join(' '));
}
