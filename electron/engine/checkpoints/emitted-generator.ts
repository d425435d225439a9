import type { ComponentOf } from '../../contract/component.ts';

/** A generator whose graphs were written into a folder. */
export interface EmittedGenerator {
  /** Fields of its manifest. */
  readonly generator: ComponentOf<'generator'>['generator'];
  readonly widths: ComponentOf<'generator'>['widths'];
  /** Everything that was written, relative to the folder. */
  readonly files: readonly string[];
}
