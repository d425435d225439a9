import { StudioError } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { Models } from '../models/models.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import type { GraphRole } from '../packs/graphs.ts';
import { AttributeEditor } from '../semantics/attribute-editor.ts';

/**
 * Opening a pack tries every graph with one portrait. Whether another latent gives another picture, and the same one
 * the same, is tried where the pack is taken in or verified.
 */
export type Trial = 'once' | 'twice';

/** What every graph of the pack gave. */
type Outputs = Record<GraphRole, readonly ArrayBufferView[]>;

/** Of the portraits that a trial draws. */
const SEEDS: Record<Trial, readonly number[]> = { once: [1], twice: [1, 2] };

/**
 * Asks every graph of the pack for a portrait once, or for two twice. What is not finite, or of another size
 * than it should be, is refused where it comes into the engine.
 *
 * @throws StudioError `pack-constant-output` for a picture of one colour or, with `twice`, the same picture for both
 *   latents, `pack-not-repeatable` when something differs the second time, `pack-not-finite`,
 *   `pack-wrong-shape`, and what a graph fails with
 */
export async function testDrawing(
  models: Models,
  inference: Inference,
  { trial, ...call }: CallOptions & { trial: Trial },
): Promise<void> {
  // What is on trial is the pack on this machine.
  const options = { ...call, here: true };
  const editor = await AttributeEditor.load(models.pack, inference);
  const seeds = SEEDS[trial];
  const first = await drawAll(models, editor, seeds, options);
  refuseConstant(first.pictures);
  if (trial === 'once') return;
  requireSame(first.outputs, (await drawAll(models, editor, seeds, options)).outputs);
}

function requireSame(first: Outputs, second: Outputs): void {
  for (const role of Object.keys(first) as GraphRole[]) {
    const repeated = second[role];
    const isSame = first[role].every(
      (numbers, i) =>
        Buffer.compare(bytesOfNumbers(numbers), bytesOfNumbers(repeated[i] ?? numbers)) === 0,
    );
    if (!isSame) throw notRepeatable(role);
  }
}

async function drawAll(
  { pack, clip, flow, generator }: Models,
  editor: AttributeEditor | null,
  seeds: readonly number[],
  options: CallOptions,
): Promise<{ pictures: RgbPicture[]; outputs: Outputs }> {
  const { directions, generator: part, prompts } = pack.manifest;
  const noise = seeds.map((seed) => generator.z(seed));
  const latents = await generator.map(noise, options);
  const pictures = await generator.synthesise(latents, options);
  const previews = part.preview
    ? await generator.synthesise(latents, { ...options, quality: 'preview' })
    : [];

  const gap = pack.manifest.clip.gap.prior ? 'prior' : 'none';
  const { raw, condition } = await clip.embedPrompt(prompts.neutral, gap, options);

  const decoded = await flow.decode(
    seeds.map((seed) => ({ z: flow.noise(seed, 1), e: condition })),
    options,
  );
  const encoded = await flow.encode(
    decoded.map((w) => ({ w, e: condition })),
    options,
  );
  const likelihoods = Float64Array.from(encoded, ({ logLikelihood }) => logLikelihood);

  const shown = (await editor?.classify(latents, options)) ?? [];
  const [w] = latents;
  const isDirected = editor && w && directions.length > 0;
  const direction = isDirected ? [await editor.directionTo(w, 0, 'high', options)] : [];

  const outputs: Outputs = {
    mapping: latents,
    textEncoder: [raw],
    prior: [condition],
    decode: decoded,
    encode: [...encoded.map(({ z }) => z), likelihoods],
    projection: await generator.project(latents, options),
    attributes: [...shown, ...direction],
    synthesis: pictures.map(({ data }) => data),
    preview: previews.map(({ data }) => data),
    imageEncoder: await clip.embedPictures(pictures, options),
  };
  return { pictures, outputs };
}

/** @param pictures at least one, of different latents */
export function refuseConstant(pictures: readonly RgbPicture[]): void {
  const isFlat = ({ data }: RgbPicture) => data.every((value, i) => value === data[i % 3]);
  const [first, second] = pictures;
  const isSame = first && second && Buffer.compare(first.data, second.data) === 0;
  if (first && !pictures.some(isFlat) && !isSame) return;
  throw new StudioError(
    'pack-constant-output',
    'The model draws the same picture, or a plain area, whatever the latent.',
  );
}

/** What an artist may be told of each graph. */
const NAMES: Record<GraphRole, string> = {
  textEncoder: 'text encoder',
  imageEncoder: 'image encoder',
  prior: 'gap prior',
  decode: 'flow',
  encode: 'inverse flow',
  mapping: 'mapping network',
  projection: 'manifold projection',
  synthesis: 'synthesis network',
  preview: 'preview network',
  attributes: 'attribute model',
};

function notRepeatable(role: GraphRole): StudioError {
  return new StudioError(
    'pack-not-repeatable',
    `The pack's ${NAMES[role]} gives something else each time for the same, so no portrait could be made again.`,
  );
}
