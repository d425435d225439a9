import { StudioError } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import { Clip } from '../clip/clip.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import { refuseConstant } from '../loading/test-drawing.ts';
import { type VerifyOptions, verifyFiles } from '../packs/integrity.ts';
import { checkGraphs } from '../packs/pack.ts';
import {
  type AnyComponent,
  componentIn,
  graphsOfComponent,
  isClip,
  numbersOfComponent,
  readComponent,
} from './component.ts';

/**
 * Opens a component, or says why not: checks the manifest, the hash of every file, vectors, what graphs are made
 * of, their inputs and outputs, and what they give for two examples, twice.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function checkComponent(
  folder: string,
  inference: Inference,
  options: VerifyOptions = {},
): Promise<AnyComponent> {
  const component = componentIn(folder, await readComponent(folder));
  const { manifest } = component;
  await verifyFiles(folder, manifest, options);
  for (const { file, count } of numbersOfComponent(manifest)) {
    await component.readNumbers(file, count);
  }
  const graphs = graphsOfComponent(manifest);
  try {
    await checkGraphs(component, graphs, inference, options);
    await requireRepeatable(() => tryOut(component, inference, options.signal));
  } finally {
    await inference.release(graphs.map(({ graph }) => component.file(graph)));
  }
  return component;
}

async function requireRepeatable(draw: () => Promise<Uint8Array>): Promise<void> {
  if (Buffer.compare(await draw(), await draw()) === 0) return;
  throw new StudioError(
    'pack-not-repeatable',
    'The model gives something else each time for the same, so no portrait could be made again. Nothing was taken in.',
  );
}

/** The bytes of all that it gives. */
async function tryOut(
  component: AnyComponent,
  inference: Inference,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const options = { signal };
  if (isClip(component)) {
    const clip = await Clip.load(component, inference);
    const { raw } = await clip.embedPrompt('a picture', 'none', options);
    const pictures = await clip.embedPictures(SQUARES, options);
    return joined([raw, ...pictures]);
  }
  const generator = await Generator.load(component, inference);
  const latents = await generator.map([generator.z(1), generator.z(2)], options);
  const pictures = await generator.synthesise(latents, options);
  refuseConstant(pictures);
  const previews = await generator.synthesise(latents, { ...options, quality: 'preview' });
  return joined([...latents, ...[...pictures, ...previews].map(({ data }) => data)]);
}

/** A black and a white picture. */
const SQUARES: readonly RgbPicture[] = [0, 255].map((value) => ({
  ...{ width: 8, height: 8 },
  data: new Uint8Array(8 * 8 * 3).fill(value),
}));

function joined(parts: readonly ArrayBufferView[]): Uint8Array {
  return Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}
