import type { Gap } from '../../contract/settings.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { FlowCode } from '../latent/code.ts';
import type { End } from './attribute-editor.ts';

/** A portrait that directions start at. */
export interface Start extends FlowCode {
  readonly id: string;
  /** How phrases are carried over to where pictures lie. */
  readonly gap: Gap;
}

/** A slider between two phrases. */
export interface PhrasePair {
  readonly from: string;
  readonly to: string;
  /** 0 takes along everything that goes with the words, 1 only what they are most about. */
  readonly disentangle: number;
}

/**
 * What names and words mean at a portrait, as directions of w [width] from the low end of a slider to its
 * high end; 1 is one full step.
 */
export interface Semantics {
  /** Whether a named direction is another one at each portrait. */
  readonly isLocal: boolean;
  /**
   * A direction that the pack brings.
   *
   * @param end the one that is moved towards; a direction may lead elsewhere from each side
   * @throws StudioError `invalid-argument` for one that the pack has not
   */
  named(id: string, end: End, start: Start, options?: CallOptions): Promise<Float32Array>;
  /** @throws StudioError `prompt-empty`, `prompt-too-long` */
  between(
    phrases: PhrasePair,
    end: End,
    start: Start,
    options?: CallOptions,
  ): Promise<Float32Array>;
  /** Whether a part of this name can be locked. */
  canLock(part: string): boolean;
  /**
   * A w⁺ that shows parts as another one does.
   *
   * @param original the w⁺ whose parts stay
   */
  lockParts(
    changed: Float32Array,
    original: Float32Array,
    parts: readonly string[],
    options?: CallOptions,
  ): Promise<Float32Array>;
}
