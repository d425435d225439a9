/** An axis of a grid as it is typed: `seed=1..8`, `prompt=a child|an old man`, `smile=-1..1:5@fine`. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { DEFAULT_DISENTANGLE, type DirectionRef } from '../../contract/edit.ts';
import { type Anchor, type PathSpace, pathSpaceSchema } from '../../contract/generation.ts';
import { type Axis, type AxisKind, axisSchema } from '../../contract/grid.ts';
import { generationIdSchema } from '../../contract/identity.ts';
import { ALL_LAYERS } from '../../contract/layers.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { inWords } from '../../contract/problem.ts';
import { number, words } from './arguments.ts';
import { layersFor } from './locks.ts';

/** How many values a range has that says nothing of it. */
const DEFAULT_STEPS = 5;

const EXAMPLES =
  'seed=1..8, "prompt=one|another", truncation=0.4..1:4, a slider as in smile=-1..1:5, or "path:one -> another=0..1:7"';

/** What is typed before the sign, and after it; what it is called there is what it is here, but for these. */
const NAMES: Readonly<Record<string, Exclude<AxisKind, 'slide' | 'path'>>> = {
  prompt: 'prompts',
  seed: 'seeds',
  'noise-seed': 'noise',
  strength: 'strength',
  truncation: 'truncation',
  temperature: 'temperature',
  variety: 'variety',
};

/** Makes an axis of it, once the pack is known. */
export type TypedAxis = (manifest: PackManifest) => Axis;

interface TypedRange {
  readonly from: number;
  readonly to: number;
  readonly steps?: number | undefined;
  /** After an @: layers, or the space of a path. */
  readonly at?: string | undefined;
}

export function axis(text: string): TypedAxis {
  const [, name = '', values = ''] = /^\s*(.+?)\s*=([^=]*)$/s.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError(`It must be what varies, such as ${EXAMPLES}.`);
  const kind = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (kind === 'prompts') {
    const prompts = alternatives(values).map((prompt) => words(prompt));
    if (prompts.includes('')) {
      throw new InvalidArgumentError(
        'It must have words between its bars, such as "prompt=a child|an old man".',
      );
    }
    return checked({ kind, prompts });
  }
  const range = rangeOf(values);
  if (kind === 'seeds' || kind === 'noise') {
    return checked({ kind, first: range.from, steps: range.steps ?? range.to - range.from + 1 });
  }
  const { from, to } = range;
  const steps = range.steps ?? (from === to ? 1 : DEFAULT_STEPS);
  if (kind !== undefined) return checked({ kind, from, to, steps });
  const [, form, rest = ''] = /^(path|slide|phrase|principal):\s*(.*)$/s.exec(name) ?? [];
  if (form === 'path') {
    return checked({ kind: 'path', between: between(rest, range.at), from, to, steps });
  }
  const direction = form === undefined ? name : rest;
  return slider(direction, form, { from, to, steps, at: range.at });
}

/** A slider by what it is called: a direction of the pack, or words where there is none. */
function slider(name: string, form: string | undefined, range: TypedRange): TypedAxis {
  if (form === 'principal') number(z.int().positive())(name);
  if (form === 'phrase') for (const part of name.split('->')) words(part);
  const { at, ...span } = range;
  const make = (direction: DirectionRef, layers: readonly number[]): Axis =>
    parsed({ kind: 'slide', direction, layers, ...span });
  // Asked at once, though only the pack knows which direction it is.
  make({ kind: 'principal', index: 0 }, [0, 0]);
  return (manifest) => {
    const own = manifest.directions.find(({ id }) => id === name);
    const isNamed = form === 'slide' || (form === undefined && own !== undefined);
    const layers = at === undefined && isNamed && own ? own.layers : undefined;
    const chosen = layers ?? layersFor(at ?? ALL_LAYERS, manifest);
    if (isNamed) return make({ kind: 'named', id: name }, chosen);
    if (form === 'principal') return make({ kind: 'principal', index: Number(name) - 1 }, chosen);
    return make({ ...phraseOf(name), disentangle: DEFAULT_DISENTANGLE }, chosen);
  };
}

/** `red hair`, or `sad -> laughing`. */
export function phraseOf(text: string): { kind: 'text'; to: string; from?: string } {
  const [from, to] = text.split('->').map((part) => part.trim());
  return to === undefined
    ? { kind: 'text', to: text.trim() }
    : { kind: 'text', to, ...(from && { from }) };
}

function between(text: string, space = 'clip'): { from: Anchor; to: Anchor; path: PathSpace } {
  const [from = '', to = '', ...further] = text.split('->').map((part) => part.trim());
  const path = pathSpaceSchema.safeParse(space);
  if (from !== '' && to !== '' && further.length === 0 && path.success) {
    return { from: anchorOf(from), to: anchorOf(to), path: path.data };
  }
  throw new InvalidArgumentError(
    `It must be a way, such as "path:one -> another=0..1:7@${pathSpaceSchema.options.join('|')}".`,
  );
}

function anchorOf(text: string): Anchor {
  const id = generationIdSchema.safeParse(text);
  return id.success
    ? { kind: 'portrait', id: id.data }
    : { kind: 'prompt', prompt: words(text), seed: 0 };
}

const RANGE = /^\s*([^@:]*?)(?:\.\.([^@:]*?))?(?::(\d+))?(?:@(.*))?\s*$/s;

function rangeOf(text: string): TypedRange {
  const [, from = '', to = from, steps, at] = RANGE.exec(text) ?? [];
  const value = number(z.number());
  return {
    ...{ from: value(from), to: value(to), at },
    steps: steps === undefined ? undefined : Number(steps),
  };
}

/** Between bars, but for those between braces, where they mean something to a prompt. */
function alternatives(text: string): string[] {
  return text.split(/\|(?![^{]*\})/).map((part) => part.trim());
}

function checked(typed: z.input<typeof axisSchema>): TypedAxis {
  const made = parsed(typed);
  return () => made;
}

function parsed(typed: unknown): Axis {
  const { data, error } = axisSchema.safeParse(typed, { error: inWords });
  if (data) return data;
  throw new InvalidArgumentError(`${error.issues.at(-1)?.message ?? ''}.`);
}
