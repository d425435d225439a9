import { ColorMode, Hierarchical, PathSimplifyMode, vectorize } from '@neplex/vectorizer';
import sharp from 'sharp';
import type { RgbPicture } from './codec.ts';
import { fromPixels } from './pixels.ts';

/** Longest sides that are traced, in pixels: small pictures are enlarged, so that curves have room to be smooth. */
const SIDES = { least: 768, most: 1_536 };
/** Windows of the medians that take noise away before colours are counted, and what counting leaves of it after. */
const BEFORE = 5;
const AFTER = 7;

/**
 * Traces a picture as areas of few colours, one on the other, in smooth curves. Beside the thread: it takes seconds.
 *
 * @param colours 2 to 64
 * @returns SVG of the size of the picture
 */
export async function trace(
  picture: RgbPicture,
  colours: number,
  signal?: AbortSignal,
): Promise<string> {
  const longest = Math.max(picture.width, picture.height);
  const side = Math.min(SIDES.most, Math.max(SIDES.least, longest));
  const sized = fromPixels(picture).resize({ width: side, height: side, fit: 'inside' });
  const counted = sized.median(BEFORE).png({ palette: true, colours, dither: 0, effort: 10 });
  const flat = sharp(await counted.toBuffer())
    .removeAlpha()
    .median(AFTER)
    .png();
  const svg = await vectorize(await flat.toBuffer(), OPTIONS, signal);
  const { width, height } = picture;
  return svg
    .replace(/^<\?xml[^>]*>\s*(<!--[^]*?-->\s*)?/, '')
    .replace(
      /<svg[^>]*? width="([\d.]+)" height="([\d.]+)">/,
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 $1 $2">`,
    );
}

/** How VTracer divides and smooths (visioncortex, "VTracer"): colours are counted already, so that all are kept. */
const OPTIONS = {
  ...{ colorMode: ColorMode.Color, hierarchical: Hierarchical.Stacked },
  ...{ colorPrecision: 8, layerDifference: 0, filterSpeckle: 8 },
  ...{ mode: PathSimplifyMode.Spline, cornerThreshold: 60, lengthThreshold: 4 },
  ...{ maxIterations: 10, spliceThreshold: 45, pathPrecision: 1 },
};
