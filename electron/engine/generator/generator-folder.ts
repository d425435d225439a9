import type { GeneratorPart } from '../packs/graphs.ts';
import type { ModelFolder } from '../packs/model-folder.ts';

/** The folder of a pack, or of a StyleGAN alone. */
export type GeneratorFolder = ModelFolder & { readonly manifest: GeneratorPart };
