import { StudioError } from '../../contract/errors.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import type { Models } from '../models/models.ts';
import { AttributeEditor } from '../semantics/attribute-editor.ts';

/** What any text encoder has heard of. */
const WORDS = 'a portrait of a woman with red hair';

/** What one part of the pack gave, in words and numbers. */
type Output = readonly [part: string, numbers: ArrayBufferView];

/**
 * Asks every graph of the pack for the same two portraits, twice. What is not finite, or of another size than
 * it should be, is refused where it comes into the engine.
 *
 * @throws StudioError `pack-constant-output` for a picture of one colour or the same picture for both
 *   latents, `pack-not-repeatable` when something differs the second time, `pack-not-finite`,
 *   `pack-wrong-shape`, and what a graph fails with
 */
export async function testDrawing(
  models: Models,
  inference: Inference,
  options: CallOptions,
): Promise<void> {
  const editor = await AttributeEditor.load(models.pack, inference);
  const once = await drawAll(models, editor, options);
  refuseConstant(once.pictures);
  const again = await drawAll(models, editor, options);
  for (const [i, [part, numbers]] of once.outputs.entries()) {
    const [, repeated] = again.outputs[i] ?? [part, numbers];
    if (Buffer.compare(bytesOf(numbers), bytesOf(repeated)) !== 0) throw notRepeatable(part);
  }
}

async function drawAll(
  { pack, clip, flow, generator }: Models,
  editor: AttributeEditor | null,
  options: CallOptions,
): Promise<{ pictures: RgbPicture[]; outputs: Output[] }> {
  const { directions, generator: part } = pack.manifest;
  const latents = await generator.map([generator.z(1), generator.z(2)], options);
  const pictures = await generator.synthesise(latents, options);
  const previews = part.preview
    ? await generator.synthesise(latents, { ...options, quality: 'preview' })
    : [];

  const gap = pack.manifest.clip.gap.prior ? 'prior' : 'none';
  const { raw, condition } = await clip.embedPrompt(WORDS, gap, options);
  const seen = await clip.embedPictures(pictures, options);

  const decoded = await flow.decode(
    [1, 2].map((seed) => ({ z: flow.noise(seed, 1), e: condition })),
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

  const outputs: Output[] = [
    ...named('mapping network', latents),
    ...named('text encoder', [raw, condition]),
    ...named('flow', [...decoded, ...encoded.map(({ z }) => z), likelihoods]),
    ...named('attribute editor', [...shown, ...direction]),
    ...named(
      'synthesis network',
      [...pictures, ...previews].map(({ data }) => data),
    ),
    ...named('image encoder', seen),
  ];
  return { pictures, outputs };
}

function named(part: string, all: readonly ArrayBufferView[]): Output[] {
  return all.map((numbers) => [part, numbers]);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function refuseConstant([first, second]: readonly RgbPicture[]): void {
  const isFlat = ({ data }: RgbPicture) => data.every((value, i) => value === data[i % 3]);
  const isDrawn = first && second && !isFlat(first) && !isFlat(second);
  if (isDrawn && Buffer.compare(first.data, second.data) !== 0) return;
  throw new StudioError(
    'pack-constant-output',
    'The pack draws the same picture, or a plain area, whatever the latent.',
  );
}

function notRepeatable(part: string): StudioError {
  return new StudioError(
    'pack-not-repeatable',
    `The pack's ${part} gives something else each time for the same, so no portrait could be made again.`,
  );
}
