/** How pictures go into an image encoder, by a `preprocessor_config.json`. */
import { z } from 'zod';
import type { PackManifest } from '../../contract/pack.ts';
import { unsupported } from './refusal.ts';

type Image = Omit<PackManifest['clip']['image'], 'graph'>;

const sideSchema = z.int().positive();
const rectangleSchema = z.object({ height: sideSchema, width: sideSchema });
const tripleSchema = z.tuple([z.number(), z.number(), z.number()]);

/** Fields that a file may leave out, or set to null, as Hugging Face's own readers take it. */
const or = <T extends z.ZodType>(schema: T, otherwise: z.output<T>) =>
  schema.nullish().transform((value) => value ?? otherwise);

/** Radford et al. 2021 published these with their code. */
const CLIP_MEAN: [number, number, number] = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD: [number, number, number] = [0.26862954, 0.26130258, 0.27577711];

/** Pillow's numbers for its filters. */
const FILTERS: ReadonlyMap<number, Image['interpolation']> = new Map([
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

export const preprocessorSchema = z.object({
  do_resize: or(z.boolean(), true),
  size: z.union([sideSchema, rectangleSchema, z.object({ shortest_edge: sideSchema })]).nullish(),
  resample: or(z.int(), 3),
  do_center_crop: z.boolean().nullish(),
  crop_size: z.union([sideSchema, rectangleSchema]).nullish(),
  do_rescale: or(z.boolean(), true),
  rescale_factor: or(z.number().positive(), 1 / 255),
  do_normalize: or(z.boolean(), true),
  image_mean: or(tripleSchema, CLIP_MEAN),
  image_std: or(tripleSchema, CLIP_STD),
});
type Preprocessor = z.infer<typeof preprocessorSchema>;

/**
 * @param fallback side of the pictures, where the file does not say it
 * @throws StudioError `checkpoint-unsupported`
 */
export function imageSettings(preprocessor: Preprocessor, fallback: number, label: string): Image {
  const interpolation = FILTERS.get(preprocessor.resample);
  if (!interpolation || !preprocessor.do_resize) {
    throw unsupported(label, 'it scales pictures by another filter than bilinear or bicubic');
  }
  return {
    ...squareOf(preprocessor, fallback, label),
    ...normalisation(preprocessor),
    interpolation,
  };
}

/** A size that is one number is of the shorter side where the middle is cut out afterwards, else of both sides. */
function squareOf(
  { size: given, crop_size, do_center_crop }: Preprocessor,
  fallback: number,
  label: string,
): Pick<Image, 'size' | 'fit' | 'resize'> {
  const crops = do_center_crop ?? (crop_size !== null && crop_size !== undefined);
  const size = given ?? (crops ? { shortest_edge: fallback } : fallback);
  const scaled =
    typeof size === 'number' ? size : 'height' in size ? size.height : size.shortest_edge;
  const isWhole = typeof size === 'object' && 'height' in size;
  const cropped = crops ? (crop_size ?? scaled) : scaled;
  const [height, width] =
    typeof cropped === 'number' ? [cropped, cropped] : [cropped.height, cropped.width];
  const isSquare = height === width && height <= scaled && (!isWhole || size.width === scaled);
  const isOpen = typeof size === 'object' && 'shortest_edge' in size && !crops;
  if (!isSquare || isOpen) {
    throw unsupported(
      label,
      'it takes pictures that are not square, or larger than they are scaled to',
    );
  }
  return {
    ...{ size: height, fit: isWhole || !crops ? 'stretch' : 'crop' },
    ...(scaled > height && { resize: scaled }),
  };
}

/** (pixel · factor − mean) / std, as (pixel / 255 − mean') / std'. */
function normalisation({
  do_rescale,
  rescale_factor,
  do_normalize,
  image_mean,
  image_std,
}: Preprocessor): Pick<Image, 'mean' | 'std'> {
  const factor = 255 * (do_rescale ? rescale_factor : 1);
  const scaled = ([red, green, blue]: readonly [number, number, number]) =>
    [red / factor, green / factor, blue / factor] satisfies [number, number, number];
  return {
    mean: scaled(do_normalize ? image_mean : [0, 0, 0]),
    std: scaled(do_normalize ? image_std : [1, 1, 1]),
  };
}
