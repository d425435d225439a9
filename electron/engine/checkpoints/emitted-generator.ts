/** What comes of a StyleGAN of a checkpoint: graphs in a folder, and what a manifest says of them. */
import type { ComponentOf } from '../../contract/component.ts';
import type { OnProgress } from '../../contract/progress.ts';

type GeneratorManifest = ComponentOf<'generator'>;

export interface EmittedGenerator {
  /** Its paths are relative to the folder. */
  readonly generator: GeneratorManifest['generator'];
  readonly widths: GeneratorManifest['widths'];
  /** All that was written, relative to the folder. */
  readonly files: readonly string[];
}

export interface EmitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Task `import`, counted in bytes of weights. */
  readonly onProgress?: OnProgress | undefined;
}
