import type { Origin } from '../../contract/draw.ts';
import type { GenerationSettings, Lineage } from '../../contract/generation.ts';
import type { Lock } from '../../contract/lock.ts';
import type { Edits } from '../edit/edits.ts';
import type { CallOptions } from '../inference/inference.ts';
import { embedWords, type Words } from '../models/conditions.ts';
import type { Paths } from '../path/paths.ts';
import type { PendingCode } from '../session/codes.ts';
import type { SamplingSettings } from '../session/sampling-settings.ts';
import type { Session } from '../session/session.ts';

/** Seeds are whole numbers below. */
export const SEEDS = 2 ** 32;

/** A portrait before it is drawn: what its row will say of its making, and its latent code. */
export interface GenerationPlan {
  readonly prompt: string;
  /** The prompt's own embedding, by which the portrait is scored; null without a prompt. */
  readonly words: Float32Array | null;
  /** Null where nothing is drawn at random. */
  readonly seed: number | null;
  readonly settings: GenerationSettings;
  readonly parents: string[];
  readonly source: Lineage;
  code(): PendingCode;
}

/** What all portraits of a request have in common, and how the seed tells them apart. */
export interface PlanOutline extends Omit<GenerationPlan, 'seed' | 'settings' | 'code'> {
  readonly isRandom: boolean;
  code(seed: number): PendingCode;
}

/** What plans are made with, for one pack. */
export interface Tools {
  readonly session: Session;
  readonly edits: Edits;
  readonly paths: Paths;
}

/** The same for one request. */
export interface PlanContext extends Tools {
  readonly settings: SamplingSettings;
  readonly options: CallOptions | undefined;
}

export type OriginOf<K extends Origin['kind']> = Extract<Origin, { kind: K }>;

/** @throws StudioError `prompt-empty`, `prompt-too-long` */
export function embedPrompt(prompt: string, { session, settings, options }: PlanContext) {
  return embedWords(session.models, prompt, settings, options);
}

/** A portrait's own prompt, embedded; null where it has none. */
export function embedOwnPrompt(prompt: string, context: PlanContext) {
  return prompt === '' ? null : embedPrompt(prompt, context);
}

/** Portraits each of its own noise, and of the embedding that belongs to its seed. */
export function sampleUnder(
  { condition, beginning }: Pick<Words, 'condition'> & Partial<Words>,
  { session, settings }: PlanContext,
): Pick<PlanOutline, 'isRandom' | 'code'> {
  const { truncation, temperature } = settings;
  return {
    isRandom: true,
    code: (seed) => {
      const z = session.models.flow.noise(seed, temperature);
      const own = beginning?.(seed, temperature);
      return { z, e: condition(seed), truncation, residual: null, beginning: own };
    },
  };
}

/** What a row says of locks: nothing where there were none. */
export function recordLocks(locks: Lock[]): { locks?: Lock[] } {
  return locks.length > 0 ? { locks } : {};
}
