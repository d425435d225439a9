import type { DrawOverrides, GenerateRequest, KeepRequest } from '../../contract/draw.ts';
import { type Edit, MAX_AMOUNT } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { type Change, CHANGEABLE } from '../../contract/lineage.ts';
import { dashed } from '../../contract/problem.ts';
import type { DrawSettings } from '../../contract/settings.ts';
import type { KeepMomentRequest } from '../../contract/timeline.ts';
import type { CallOptions } from '../inference/inference.ts';
import { type LibraryReader, notDrawn } from '../library/reader.ts';
import type { PathPosition } from '../path/moments.ts';
import type { GenerationPlan, Tools } from './generation-plan.ts';
import { planMoment, planPosition } from './interpolation.ts';
import { planGenerations } from './plan.ts';

/** The request that an edge of the lineage was made by. */
type ReplayedRequest =
  | { readonly kind: 'generate'; readonly request: GenerateRequest }
  | { readonly kind: 'keep'; readonly request: KeepRequest }
  | {
      readonly kind: 'moment';
      readonly request: KeepMomentRequest;
      /** Where the moment was located before; undefined for another one. */
      readonly known: PathPosition | undefined;
    };

/**
 * Plans what made a portrait once more, with some of it changed.
 *
 * @throws StudioError `pack-not-found` when it would not be the same, `invalid-argument` when the edge has
 *   nothing of a name to change, and what planning throws
 */
export async function planReplay(
  made: Generation,
  change: Change,
  tools: Tools,
  options: CallOptions,
): Promise<GenerationPlan[]> {
  const replayed = requestAgain(made, change);
  // What is done to another portrait is done by whatever draws that one.
  if (change.of === undefined) requireSameMaking(made, tools);
  const plans = await plansOf(replayed, tools, options);
  const { count } = made.settings;
  return plans.map((plan) => ({ ...plan, settings: { ...plan.settings, count } }));
}

/**
 * What was made of latents alone, every pack of their space makes the same of. For all else it takes the
 * pack itself: its words, its directions and its flow.
 */
function requireSameMaking(made: Generation, { session }: Tools): void {
  const { models, codes } = session;
  const { pack } = models;
  const { id, version } = made.pack;
  const isSamePack = pack.manifest.id === id && pack.manifest.version === version;
  if (isSamePack || (isOfLatentsAlone(made) && codes.canDraw(made))) return;
  codes.requireDrawable(made);
  throw new StudioError(
    'pack-not-found',
    `This portrait was made by the pack "${id}" ${version}, which is neither installed nor kept by the ` +
      `library, and "${pack.manifest.id}" ${pack.manifest.version} would not make the same of it. Edit, ` +
      'mix or vary it with the pack in use instead, or install its pack.',
    { details: { id, version } },
  );
}

function isOfLatentsAlone({ source }: Generation): boolean {
  if (source.kind === 'breed') return source.locks === undefined;
  return source.kind === 'edit' && source.edits.every(({ kind }) => kind !== 'slide');
}

async function plansOf(
  replayed: ReplayedRequest,
  tools: Tools,
  options: CallOptions,
): Promise<GenerationPlan[]> {
  switch (replayed.kind) {
    case 'generate':
      return planGenerations(replayed.request, tools, options);
    case 'keep':
      return [await planPosition(replayed.request, tools, options)];
    case 'moment':
      return [await planMoment(replayed.request, tools, options, replayed.known)];
  }
}

/**
 * The request that made a portrait, with what is to be changed laid over it. A portrait that takes the
 * place of the parent keeps its own truncation: that is part of it, not of what is done to it.
 *
 * @throws StudioError `invalid-argument` when the edge has nothing of that name to change
 */
function requestAgain(made: Generation, change: Change): ReplayedRequest {
  refuseMeaningless(made, change);
  const { source } = made;
  const prompt = change.prompt ?? made.prompt;
  const of = change.of ?? made.parents[0] ?? '';
  switch (source.kind) {
    case 'prompt':
      return generating({ kind: 'prompt', prompt }, made, change);
    case 'image': {
      const words = prompt.trim() === '' ? {} : { prompt };
      return generating({ ...source, ...words }, made, change);
    }
    case 'variation':
      return generating(
        { ...source, of, strength: change.strength ?? source.strength },
        made,
        change,
      );
    case 'reword':
      return generating({ ...source, of, prompt }, made, change);
    case 'interpolation': {
      const { from, to, truncation = made.settings.truncation } = source;
      const { temperature, gap, noiseSeed = null, variety, markup, without } = made.settings;
      const { path = source.path, position = source.position } = change;
      const settings = { truncation, temperature, gap, noiseSeed, variety, markup, without };
      return { kind: 'keep', request: { from, to, path, position, settings } };
    }
    case 'timeline': {
      const { timeline, segment, position } = source;
      const at = change.at ?? source.at;
      const known = at === source.at ? { segment, position } : undefined;
      return { kind: 'moment', request: { timeline, at }, known };
    }
    case 'carry-over':
      return generating({ kind: 'carry-over', of }, made, change);
    case 'edit': {
      const { edits: asked = source.edits, factor = 1 } = change;
      const edits = asked.map((edit) => scaled(edit, factor));
      return generating({ kind: 'edit', of, edits }, made, change);
    }
    case 'breed': {
      const parents = made.parents.with(0, of);
      const { how = source.how, spread = source.spread } = change;
      return generating({ ...source, parents, how, spread }, made, change);
    }
    case 'import':
      throw notDrawn(made.id);
  }
}

/**
 * The portrait whose making is to be run again.
 *
 * @throws StudioError `not-found` when it, or a parent that is needed for it, is not in the library
 */
export function findMade(id: string, change: Change, reader: LibraryReader): Generation {
  const made = reader.get(id);
  const [first, ...others] = made.parents;
  // One that was named is told by its name.
  if (change.of !== undefined) reader.get(change.of);
  const needed = [change.of ?? first, ...others].filter((parent) => parent !== undefined);
  const missing = needed.find((parent) => reader.find(parent) === null);
  if (missing === undefined) return made;
  throw new StudioError(
    'not-found',
    'A portrait that this one came from is not in the library any more, so its making cannot be run ' +
      'again. The portrait itself is as it was; start a new one from it instead.',
    { details: { id: missing } },
  );
}

function generating(
  origin: GenerateRequest['origin'],
  { seed, settings }: Generation,
  change: Change,
): ReplayedRequest {
  // Of one that says nothing it was the generator's own, whatever its parent's.
  const { truncation, temperature, gap, noiseSeed = null, variety } = settings;
  const inherited = change.of === undefined ? { truncation } : {};
  const drawn: Partial<DrawSettings> = seed === null ? {} : { seed };
  // Words of its own are read as they were, and others as is asked for now.
  const markup = change.prompt === undefined && (settings.markup ?? false);
  const own = 'prompt' in origin ? { markup, without: settings.without ?? '' } : {};
  return {
    kind: 'generate',
    request: {
      ...{ origin, count: 1 },
      settings: {
        ...inherited,
        temperature,
        gap,
        noiseSeed,
        variety,
        ...own,
        ...drawn,
        ...settingsIn(change),
      },
    },
  };
}

/** A slider moved, or others blended in, by so much of what they were. Layers that were taken stay so. */
function scaled(edit: Edit, factor: number): Edit {
  switch (edit.kind) {
    case 'slide': {
      const amount = Math.min(MAX_AMOUNT, Math.max(-MAX_AMOUNT, edit.amount * factor));
      return { ...edit, amount };
    }
    case 'blend': {
      const total = edit.with.reduce((sum, { weight }) => sum + weight, 0);
      const most = total > 0 ? Math.min(factor, 1 / total) : factor;
      const others = edit.with.map(({ id, weight }) => ({ id, weight: weight * most }));
      return { ...edit, with: others };
    }
    case 'mix':
      return edit;
  }
}

function settingsIn({
  seed,
  truncation,
  temperature,
  gap,
  noiseSeed,
  variety,
  markup,
  without,
}: Change): DrawOverrides {
  const asked = { seed, truncation, temperature, gap, noiseSeed, variety, markup, without };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function inWords(name: string): string {
  return name === 'of' ? 'parent' : dashed(name);
}

function refuseMeaningless({ source }: Generation, change: Change): void {
  const possible: readonly string[] = CHANGEABLE[source.kind];
  const asked = Object.entries(change).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const meaningless = asked.find((name) => !possible.includes(name));
  if (meaningless === undefined) return;
  throw new StudioError(
    'invalid-argument',
    `How this portrait was made has no "${inWords(meaningless)}". It can be made again with another ` +
      `${possible.map(inWords).join(', ')}.`,
    { details: { kind: source.kind, possible: [...possible] } },
  );
}
