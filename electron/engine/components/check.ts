import { StudioError } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import { Clip } from '../clip/clip.ts';
import { Generator } from '../generator/generator.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { refuseConstant } from '../loading/test-drawing.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import { type VerifyOptions, verifyFiles } from '../packs/integrity.ts';
import type { ModelGraph } from '../packs/graphs.ts';
import { checkGraphs } from '../packs/pack.ts';
import { Upscaler } from '../upscaler/upscaler.ts';
import {
  type AnyComponent,
  type Component,
  componentIn,
  graphsOfComponent,
  isClip,
  isGenerator,
  numbersOfComponent,
  readComponent,
} from './component.ts';

/**
 * Opens a component, or says why not: checks the hash of every file, what `tryComponent` does, and that a large
 * generator draws at its full size too.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function checkComponent(
  folder: string,
  inference: Inference,
  options: VerifyOptions = {},
): Promise<AnyComponent> {
  await verifyFiles(folder, await readComponent(folder), options);
  const component = await tryComponent(folder, inference, options);
  if (isGenerator(component)) await drawWhole(component, inference, options);
  return component;
}

/**
 * Tries a component whose files were just written: checks the manifest, vectors, what graphs are made of, their
 * inputs and outputs, and what they give for two examples, and for the first once more; of generators that have
 * previews, those.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function tryComponent(
  folder: string,
  inference: Inference,
  options: VerifyOptions = {},
): Promise<AnyComponent> {
  const component = componentIn(folder, await readComponent(folder));
  const { manifest } = component;
  for (const { file, count } of numbersOfComponent(manifest)) {
    await component.readNumbers(file, count);
  }
  const graphs = graphsOfComponent(manifest);
  const hasPreview = graphs.some(({ role }) => role === 'preview');
  const isSpared = ({ role }: ModelGraph) => hasPreview && role === 'synthesis';
  const release = (used: readonly ModelGraph[]) =>
    inference.release(used.map(({ graph }) => component.file(graph)));
  try {
    // Both networks in memory would be one too many.
    for (const used of [graphs.filter(isSpared), graphs.filter((graph) => !isSpared(graph))]) {
      await release(graphs);
      await checkGraphs(component, used, inference, { ...options, sparing: true });
    }
    await requireRepeatable((pictures) => tryOut(component, pictures, inference, options.signal));
  } finally {
    await release(graphs);
  }
  return component;
}

async function drawWhole(
  component: Component<'generator'>,
  inference: Inference,
  { signal }: VerifyOptions,
): Promise<void> {
  const { preview, synthesis, mapping } = component.manifest.generator;
  if (!preview) return;
  try {
    const generator = await Generator.load(component, inference);
    const latents = await generator.map([generator.z(1), generator.z(2)], { signal });
    refuseConstant(await generator.synthesise(latents, { signal }));
  } finally {
    await inference.release([mapping, synthesis].map((graph) => component.file(graph)));
  }
}

async function requireRepeatable(
  draw: (pictures: number) => Promise<readonly Uint8Array[]>,
): Promise<void> {
  const first = await draw(2);
  const again = await draw(1);
  if (again.every((part, i) => Buffer.compare(part, first[i] ?? part) === 0)) return;
  throw new StudioError(
    'pack-not-repeatable',
    'The model gives something else each time for the same, so no portrait could be made again. Nothing was taken in.',
  );
}

/**
 * The bytes of all that it gives, those of pictures at the end.
 *
 * @param count pictures that a generator draws, or an upscaler enlarges, 1 or 2
 */
async function tryOut(
  component: AnyComponent,
  count: number,
  inference: Inference,
  signal: AbortSignal | undefined,
): Promise<readonly Uint8Array[]> {
  const options = { signal };
  if (isClip(component)) {
    const clip = await Clip.load(component, inference);
    const { raw } = await clip.embedPrompt('a picture', 'none', options);
    const pictures = await clip.embedPictures(SQUARES, options);
    return [raw, ...pictures].map(bytesOfNumbers);
  }
  if (!isGenerator(component)) return tryUpscaler(component, count, inference, options);
  const generator = await Generator.load(component, inference);
  const latents = await generator.map([generator.z(1), generator.z(2)], options);
  // One after the other, which takes half the memory.
  const pictures: RgbPicture[] = [];
  for (const latent of latents.slice(0, count)) {
    pictures.push(...(await generator.synthesise([latent], { ...options, quality: 'preview' })));
  }
  if (count > 1) refuseConstant(pictures);
  return [...latents.map(bytesOfNumbers), ...pictures.map(({ data }) => data)];
}

async function tryUpscaler(
  component: Component<'upscaler'>,
  count: number,
  inference: Inference,
  options: CallOptions,
): Promise<readonly Uint8Array[]> {
  const upscaler = new Upscaler(component, inference);
  const { width, height } = component.manifest.upscaler.tile;
  const pictures: RgbPicture[] = [];
  for (let n = 1; n <= count; n += 1) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => i >> n);
    pictures.push(await upscaler.enlargeTile({ width, height, data }, options));
  }
  if (count > 1) refuseConstant(pictures);
  return pictures.map(({ data }) => data);
}

/** A black and a white picture. */
const SQUARES: readonly RgbPicture[] = [0, 255].map((value) => ({
  ...{ width: 8, height: 8 },
  data: new Uint8Array(8 * 8 * 3).fill(value),
}));
